// Shows how fast the engine turns, or any other signal of the car, for as long as it runs; no call blocks.
//
// Packages: g++ pkgconf qt6-base-dev qt6-base-dev-tools
// Build:
//     mkdir -p build
//     $(pkg-config --variable=libexecdir Qt6Core)/moc rpm.cpp -o build/rpm.moc
//     c++ -std=c++17 -O2 -fPIC -Ibuild -o build/rpm rpm.cpp $(pkg-config --cflags --libs Qt6DBus)
// Run:
//     build/rpm
//     build/rpm system
#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>
#include <QDBusVariant>
#include <QTextStream>
#include <QVariantMap>

static const char SERVICE[] = "org.cardash.Speed1";
static const char PATH[] = "/org/cardash/Speed1";
static const char INTERFACE[] = "org.cardash.Signals1";
static const char SIGNAL_PATH[] = "Vehicle.Powertrain.CombustionEngine.Speed";
static const char UNIT[] = "rpm";

class Tachometer : public QObject {
    Q_OBJECT
public:
    explicit Tachometer(const QDBusConnection &bus) : m_bus(bus), m_watcher(SERVICE, bus) {
        // Listen first and ask then, or a change between the two is missed.
        m_bus.connect(SERVICE, PATH, INTERFACE, "Changed", this, SLOT(onChanged(QVariantMap, QStringList)));
        connect(&m_watcher, &QDBusServiceWatcher::serviceRegistered, this, &Tachometer::ask);
        connect(&m_watcher, &QDBusServiceWatcher::serviceUnregistered, this,
                [this] { show("no value: the speed service has gone"); });
        m_bus.connect({}, "/org/freedesktop/DBus/Local", "org.freedesktop.DBus.Local", "Disconnected", this,
                      SLOT(onDisconnected()));
        ask();
    }

private slots:
    void onChanged(const QVariantMap &values, const QStringList &lost) {
        if (values.contains(SIGNAL_PATH))
            showValue(values[SIGNAL_PATH]);
        else if (lost.contains(SIGNAL_PATH))
            ask(); // why it has no value any more
    }
    void onDisconnected() { show("no value: the bus has gone"); }

private:
    void ask() {
        auto get = QDBusMessage::createMethodCall(SERVICE, PATH, INTERFACE, "Get");
        get << QString(SIGNAL_PATH);
        auto *call = new QDBusPendingCallWatcher(m_bus.asyncCall(get), this);
        connect(call, &QDBusPendingCallWatcher::finished, this, [this, call] {
            const QDBusPendingReply<QDBusVariant> reply = *call;
            if (reply.isError())
                show("no value: " + reply.error().message());
            else
                showValue(reply.value().variant());
            call->deleteLater();
        });
    }

    void showValue(const QVariant &value) { show(QString("%1 %2").arg(value.toDouble(), 0, 'f', 0).arg(UNIT)); }

    void show(const QString &text) {
        if (text != m_shown)
            QTextStream(stdout) << text << Qt::endl;
        m_shown = text;
    }

    QDBusConnection m_bus;
    QDBusServiceWatcher m_watcher;
    QString m_shown;
};

int main(int argc, char **argv) {
    QCoreApplication app(argc, argv);
    Tachometer tachometer(app.arguments().contains("system") ? QDBusConnection::systemBus()
                                                             : QDBusConnection::sessionBus());
    return app.exec();
}

#include "rpm.moc"
