// Shows the speed for as long as it runs, and never waits: no call blocks, so it may live in a GUI thread.
//
// Packages: g++ pkgconf qt6-base-dev qt6-base-dev-tools
// Build:
//     mkdir -p build
//     $(pkg-config --variable=libexecdir Qt6Core)/moc listen.cpp -o build/listen.moc
//     c++ -std=c++17 -O2 -fPIC -Ibuild -o build/listen listen.cpp $(pkg-config --cflags --libs Qt6DBus)
// Run:
//     build/listen
//     build/listen system
#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>
#include <QTextStream>

static const char NAME[] = "org.cardash.Speed1"; // of the service and of the interface
static const char PATH[] = "/org/cardash/Speed1";

class Speedometer : public QObject {
    Q_OBJECT
public:
    explicit Speedometer(const QDBusConnection &bus) : m_bus(bus), m_watcher(NAME, bus) {
        // Listen first and ask then, or a change between the two is missed.
        m_bus.connect(NAME, PATH, NAME, "SpeedChanged", this, SLOT(onSpeedChanged(int)));
        m_bus.connect(NAME, PATH, NAME, "SpeedLost", this, SLOT(onSpeedLost(QString)));
        connect(&m_watcher, &QDBusServiceWatcher::serviceRegistered, this, &Speedometer::ask);
        connect(&m_watcher, &QDBusServiceWatcher::serviceUnregistered, this,
                [this] { show("no speed: the speed service has gone"); });
        // When the bus itself ends, this is the only word of it; without it the last number would stay.
        m_bus.connect({}, "/org/freedesktop/DBus/Local", "org.freedesktop.DBus.Local", "Disconnected", this,
                      SLOT(onDisconnected()));
        ask();
    }

private slots:
    void onSpeedChanged(int speed) { show(QString("%1 km/h").arg(speed)); }
    void onSpeedLost(const QString &state) { show("no speed: " + state); }
    void onDisconnected() { show("no speed: the bus has gone"); }

private:
    void ask() {
        auto *call = new QDBusPendingCallWatcher(
            m_bus.asyncCall(QDBusMessage::createMethodCall(NAME, PATH, NAME, "getSpeed")), this);
        connect(call, &QDBusPendingCallWatcher::finished, this, [this, call] {
            const QDBusPendingReply<int> reply = *call;
            show(reply.isError() ? reply.error().message() : QString("%1 km/h").arg(reply.value()));
            call->deleteLater();
        });
    }

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
    Speedometer speedometer(app.arguments().contains("system") ? QDBusConnection::systemBus()
                                                               : QDBusConnection::sessionBus());
    return app.exec();
}

#include "listen.moc"
