// The speed as a QML type: `valid` tells whether there is one; `kmh` means nothing while it is false.
// QML has no D-Bus of its own, so a program needs this much C++ (the cluster of Cardash does it in Rust).
#pragma once

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>
#include <QObject>

class VehicleSpeed : public QObject {
    Q_OBJECT
    Q_PROPERTY(bool valid READ valid NOTIFY changed)
    Q_PROPERTY(int kmh READ kmh NOTIFY changed)
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
    QString reason() const { return m_reason; }

signals:
    void changed();

private slots:
    void onSpeedChanged(int kmh) { set(true, kmh, {}); }
    void onSpeedLost(const QString &state) { lose("no speed: " + state); }
    void onDisconnected() { lose("no speed: the bus has gone"); }

private:
    static constexpr char NAME[] = "org.cardash.Speed1"; // of the service and of the interface
    static constexpr char PATH[] = "/org/cardash/Speed1";

    void ask() {
        const auto call = QDBusMessage::createMethodCall(NAME, PATH, NAME, "getSpeed");
        auto *watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(call), this);
        connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
            const QDBusPendingReply<int> reply = *watcher;
            reply.isError() ? lose(reply.error().message()) : onSpeedChanged(reply.value());
            watcher->deleteLater();
        });
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
    QString m_reason = "no speed: not asked yet";
};
