// Shows the speed through the class that qdbusxml2cpp makes from our XML: the compiler knows every member.
//
// Packages: g++ pkgconf qt6-base-dev qt6-base-dev-tools
// Build:
//     mkdir -p build
//     $(pkg-config --variable=bindir Qt6Core)/qdbusxml2cpp -p build/speed1 ../../org.cardash.Speed1.xml
//     $(pkg-config --variable=libexecdir Qt6Core)/moc build/speed1.h -o build/moc_speed1.cpp
//     $(pkg-config --variable=libexecdir Qt6Core)/moc main.cpp -o build/main.moc
//     c++ -std=c++17 -O2 -fPIC -I. -Ibuild -o build/speed main.cpp build/speed1.cpp build/moc_speed1.cpp $(pkg-config --cflags --libs Qt6DBus)
// Run:
//     build/speed
//     build/speed system
#include "speed1.h"

#include <QCoreApplication>
#include <QDBusPendingCallWatcher>
#include <QDBusServiceWatcher>
#include <QTextStream>

class Speedometer : public QObject {
    Q_OBJECT
public:
    // The generated class does not ask the service to describe itself: its constructor never blocks.
    explicit Speedometer(const QDBusConnection &bus)
        : m_bus(bus), m_service("org.cardash.Speed1", "/org/cardash/Speed1", bus), m_watcher("org.cardash.Speed1", bus) {
        // Listen first and ask then, or a change between the two is missed.
        connect(&m_service, &org::cardash::Speed1::SpeedChanged, this, &Speedometer::number);
        connect(&m_service, &org::cardash::Speed1::SpeedLost, this, &Speedometer::none);
        connect(&m_watcher, &QDBusServiceWatcher::serviceRegistered, this, &Speedometer::ask);
        connect(&m_watcher, &QDBusServiceWatcher::serviceUnregistered, this,
                [this] { none("the speed service has gone"); });
        // When the bus itself ends, this is the only word of it; without it the last number would stay.
        m_bus.connect({}, "/org/freedesktop/DBus/Local", "org.freedesktop.DBus.Local", "Disconnected", this,
                      SLOT(onDisconnected()));
        ask();
    }

private slots:
    void onDisconnected() { none("the bus has gone"); }

private:
    void ask() {
        auto *call = new QDBusPendingCallWatcher(m_service.getSpeed(), this);
        connect(call, &QDBusPendingCallWatcher::finished, this, [this, call] {
            const QDBusPendingReply<int> reply = *call;
            reply.isError() ? show(reply.error().message()) : number(reply.value());
            call->deleteLater();
        });
    }

    void number(int kmh) { show(QString("%1 km/h").arg(kmh)); }
    void none(const QString &reason) { show("no speed: " + reason); }

    void show(const QString &text) {
        if (text != m_shown)
            QTextStream(stdout) << text << Qt::endl;
        m_shown = text;
    }

    QDBusConnection m_bus;
    org::cardash::Speed1 m_service;
    QDBusServiceWatcher m_watcher;
    QString m_shown;
};

int main(int argc, char **argv) {
    QCoreApplication app(argc, argv);
    Speedometer speedometer(app.arguments().contains("system") ? QDBusConnection::systemBus()
                                                               : QDBusConnection::sessionBus());
    return app.exec();
}

#include "main.moc"
