// The speed as a QML type: `valid` tells whether there is one; `kmh` means nothing while it is false. `uncertainty` is
// by how many km/h it may be off; NaN where that is not known.
// QML has no D-Bus of its own, so a program needs this much C++ (the cluster of Cardash does it in Rust).
#pragma once

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>
#include <QDBusVariant>
#include <QObject>
#include <QVariantMap>

#include <limits>

class VehicleSpeed : public QObject {
    Q_OBJECT
    Q_PROPERTY(bool valid READ valid NOTIFY changed)
    Q_PROPERTY(int kmh READ kmh NOTIFY changed)
    Q_PROPERTY(double uncertainty READ uncertainty NOTIFY changed)
    Q_PROPERTY(QString reason READ reason NOTIFY changed)

public:
    explicit VehicleSpeed(QObject *parent = nullptr)
        : QObject(parent),
          m_bus(QCoreApplication::arguments().contains("system") ? QDBusConnection::systemBus()
                                                                 : QDBusConnection::sessionBus()),
          m_watcher(NAME, m_bus) {
        // Listen first and ask then, or a change between the two is missed.
        m_bus.connect(NAME, PATH, NAME, "SpeedChanged", this, SLOT(onSpeedChanged(int)));
        m_bus.connect(NAME, PATH, NAME, "SpeedLost", this, SLOT(onSpeedLost(QString)));
        m_bus.connect(NAME, PATH, PROPERTIES, "PropertiesChanged", this,
                      SLOT(onPropertiesChanged(QString, QVariantMap, QStringList)));
        connect(&m_watcher, &QDBusServiceWatcher::serviceRegistered, this, &VehicleSpeed::ask);
        connect(&m_watcher, &QDBusServiceWatcher::serviceUnregistered, this,
                [this] { lose("no speed: the speed service has gone"); });
        // When the bus itself ends, this is the only word of it; without it the last number would stay.
        m_bus.connect({}, "/org/freedesktop/DBus/Local", "org.freedesktop.DBus.Local", "Disconnected", this,
                      SLOT(onDisconnected()));
        ask();
    }

    bool valid() const { return m_valid; }
    int kmh() const { return m_kmh; }
    double uncertainty() const { return m_valid ? m_uncertainty : NONE; }
    QString reason() const { return m_reason; }

signals:
    void changed();

private slots:
    void onSpeedChanged(int kmh) { set(true, kmh, {}); }
    void onSpeedLost(const QString &state) { lose("no speed: " + state); }
    void onPropertiesChanged(const QString &interface, const QVariantMap &changed, const QStringList &) {
        if (interface == NAME && changed.contains("Uncertainty"))
            setUncertainty(changed["Uncertainty"]);
    }
    void onDisconnected() { lose("no speed: the bus has gone"); }

private:
    static constexpr char NAME[] = "org.cardash.Speed1"; // of the service and of the interface
    static constexpr char PATH[] = "/org/cardash/Speed1";
    static constexpr char PROPERTIES[] = "org.freedesktop.DBus.Properties";
    static constexpr double NONE = std::numeric_limits<double>::quiet_NaN();

    void ask() {
        const auto call = QDBusMessage::createMethodCall(NAME, PATH, NAME, "getSpeed");
        auto *watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(call), this);
        connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
            const QDBusPendingReply<int> reply = *watcher;
            reply.isError() ? lose(reply.error().message()) : onSpeedChanged(reply.value());
            watcher->deleteLater();
        });
        auto get = QDBusMessage::createMethodCall(NAME, PATH, PROPERTIES, "Get");
        get << QString(NAME) << QStringLiteral("Uncertainty");
        watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(get), this);
        connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
            const QDBusPendingReply<QDBusVariant> reply = *watcher;
            setUncertainty(reply.isError() ? QVariant(NONE) : reply.value().variant());
            watcher->deleteLater();
        });
    }

    void setUncertainty(const QVariant &kmh) {
        m_uncertainty = kmh.toDouble();
        emit changed();
    }

    void lose(const QString &reason) { set(false, 0, reason); }

    void set(bool valid, int kmh, const QString &reason) {
        m_valid = valid;
        m_kmh = kmh;
        m_reason = reason;
        emit changed();
    }

    QDBusConnection m_bus;
    QDBusServiceWatcher m_watcher;
    bool m_valid = false;
    int m_kmh = 0;
    double m_uncertainty = NONE;
    QString m_reason = "no speed: not asked yet";
};
