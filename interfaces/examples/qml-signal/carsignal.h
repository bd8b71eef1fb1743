// A signal of the car as a QML type: set `path`; `valid` tells whether it has a value, `value` means nothing while it is false.
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

class CarSignal : public QObject {
    Q_OBJECT
    Q_PROPERTY(QString path MEMBER m_path NOTIFY pathChanged)
    Q_PROPERTY(bool valid READ valid NOTIFY changed)
    Q_PROPERTY(QVariant value READ value NOTIFY changed)
    Q_PROPERTY(QString reason READ reason NOTIFY changed)

public:
    explicit CarSignal(QObject *parent = nullptr)
        : QObject(parent),
          m_bus(QCoreApplication::arguments().contains("system") ? QDBusConnection::systemBus()
                                                                 : QDBusConnection::sessionBus()),
          m_watcher(SERVICE, m_bus) {
        // Listen first and ask then, or a change between the two is missed.
        m_bus.connect(SERVICE, PATH, INTERFACE, "Changed", this, SLOT(onChanged(QVariantMap, QStringList)));
        connect(&m_watcher, &QDBusServiceWatcher::serviceRegistered, this, &CarSignal::ask);
        connect(&m_watcher, &QDBusServiceWatcher::serviceUnregistered, this,
                [this] { set({}, "the speed service has gone"); });
        m_bus.connect({}, "/org/freedesktop/DBus/Local", "org.freedesktop.DBus.Local", "Disconnected", this,
                      SLOT(onDisconnected()));
        connect(this, &CarSignal::pathChanged, this, &CarSignal::ask);
    }

    bool valid() const { return m_value.isValid(); }
    QVariant value() const { return m_value; }
    QString reason() const { return m_reason; }

signals:
    void pathChanged();
    void changed();

private slots:
    void onChanged(const QVariantMap &values, const QStringList &lost) {
        if (values.contains(m_path))
            set(values[m_path], {});
        else if (lost.contains(m_path))
            ask(); // why it has no value any more
    }
    void onDisconnected() { set({}, "the bus has gone"); }

private:
    static constexpr char SERVICE[] = "org.cardash.Speed1";
    static constexpr char PATH[] = "/org/cardash/Speed1";
    static constexpr char INTERFACE[] = "org.cardash.Signals1";

    void ask() {
        auto get = QDBusMessage::createMethodCall(SERVICE, PATH, INTERFACE, "Get");
        get << m_path;
        auto *call = new QDBusPendingCallWatcher(m_bus.asyncCall(get), this);
        connect(call, &QDBusPendingCallWatcher::finished, this, [this, call] {
            const QDBusPendingReply<QDBusVariant> reply = *call;
            reply.isError() ? set({}, reply.error().message()) : set(reply.value().variant(), {});
            call->deleteLater();
        });
    }

    void set(const QVariant &value, const QString &reason) {
        m_value = value;
        m_reason = reason;
        emit changed();
    }

    QString m_path;
    QDBusConnection m_bus;
    QDBusServiceWatcher m_watcher;
    QVariant m_value;
    QString m_reason = "not asked yet";
};
