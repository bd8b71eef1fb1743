// Shows the speed through the class that qdbusxml2cpp makes from our XML: the compiler knows every member.
//
// Packages: g++ pkgconf qt6-base-dev qt6-base-dev-tools
// Build:
//     $(pkg-config --variable=bindir Qt6Core)/qdbusxml2cpp -p speed1 ../../org.cardash.Speed1.xml
//     $(pkg-config --variable=libexecdir Qt6Core)/moc speed1.h -o speed1.moc
//     c++ -std=c++17 -O2 -fPIC -I. -o speed main.cpp speed1.cpp $(pkg-config --cflags --libs Qt6DBus)
// Run:
//     ./speed
//     ./speed system
#include "speed1.h"

#include <QCoreApplication>
#include <QDBusPendingCallWatcher>
#include <QDBusServiceWatcher>
#include <QTextStream>

static void show(const QString &text) {
    static QString shown;
    if (text != shown)
        QTextStream(stdout) << text << Qt::endl;
    shown = text;
}

static void ask(OrgCardashSpeed1Interface &speed) {
    auto *call = new QDBusPendingCallWatcher(speed.getSpeed(), &speed);
    QObject::connect(call, &QDBusPendingCallWatcher::finished, &speed, [call] {
        const QDBusPendingReply<int> reply = *call;
        show(reply.isError() ? "no speed: " + reply.error().message() : QString("%1 km/h").arg(reply.value()));
        call->deleteLater();
    });
}

int main(int argc, char **argv) {
    QCoreApplication app(argc, argv);
    const auto bus = app.arguments().contains("system") ? QDBusConnection::systemBus()
                                                        : QDBusConnection::sessionBus();

    // The generated class does not ask the service to describe itself: its constructor never blocks.
    OrgCardashSpeed1Interface speed("org.cardash.Speed1", "/org/cardash/Speed1", bus);

    // Listen first and ask then, or a change between the two is missed.
    QObject::connect(&speed, &OrgCardashSpeed1Interface::SpeedChanged,
                     [](int kmh) { show(QString("%1 km/h").arg(kmh)); });
    QObject::connect(&speed, &OrgCardashSpeed1Interface::SpeedLost,
                     [](const QString &state) { show("no speed: " + state); });

    QDBusServiceWatcher watcher("org.cardash.Speed1", bus);
    QObject::connect(&watcher, &QDBusServiceWatcher::serviceRegistered, [&speed] { ask(speed); });
    QObject::connect(&watcher, &QDBusServiceWatcher::serviceUnregistered,
                     [] { show("no speed: the speed service has gone"); });
    ask(speed);
    return app.exec();
}

#include "speed1.moc"
