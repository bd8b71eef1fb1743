// Asks once for the speed, waiting for the answer: the shortest Qt client there is.
//
// For programs without a window. A blocking call on the GUI thread freezes the window for as long as the
// answer takes (25 s where the service hangs): there, do as listen.cpp does.
//
// Packages: g++ pkgconf qt6-base-dev
// Build:
//     mkdir -p build
//     c++ -std=c++17 -O2 -fPIC -o build/ask ask.cpp $(pkg-config --cflags --libs Qt6DBus)
// Run:
//     build/ask
//     build/ask system
#include <QCoreApplication>
#include <QDBusInterface>
#include <QDBusMessage>
#include <QTextStream>

int main(int argc, char **argv) {
    QCoreApplication app(argc, argv);
    const bool system = app.arguments().contains("system");
    QTextStream out(stdout);

    QDBusInterface service("org.cardash.Speed1", "/org/cardash/Speed1", "org.cardash.Speed1",
                           system ? QDBusConnection::systemBus() : QDBusConnection::sessionBus());
    const QDBusMessage response = service.call("getSpeed");
    if (response.type() == QDBusMessage::ErrorMessage) {
        out << response.errorMessage() << " [" << response.errorName() << "]\n";
        return 1;
    }
    const qreal speed = response.arguments().at(0).toInt();
    out << speed << " km/h\n";
    return 0;
}
