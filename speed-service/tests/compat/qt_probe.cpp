// A program with one QDBusInterface that it keeps, as Qt programs do, asked 20 times a second by a blocking
// call; each time it also makes a fresh one and tells how long the constructor took, which asks the
// service to describe itself and waits for the answer. Qt keeps that answer as long as the connection, so
// the fresh one gets a fresh connection; "blind" is said when nobody answered.
//
// Packages: g++ pkgconf qt6-base-dev
// Build:
//     c++ -std=c++17 -O2 -fPIC -o qt_probe qt_probe.cpp $(pkg-config --cflags --libs Qt6DBus)
#include <QCoreApplication>
#include <QDBusInterface>
#include <QDBusMessage>
#include <QElapsedTimer>
#include <QTextStream>
#include <QThread>

int main(int argc, char **argv) {
    QCoreApplication app(argc, argv);
    QTextStream out(stdout);
    const char *const name = "org.cardash.Speed1";
    QDBusInterface kept(name, "/org/cardash/Speed1", name, QDBusConnection::sessionBus());
    for (;;) {
        const QDBusConnection bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, "fresh");
        QElapsedTimer timer;
        timer.start();
        const QDBusInterface *fresh = new QDBusInterface(name, "/org/cardash/Speed1", name, bus);
        const auto constructor_us = timer.nsecsElapsed() / 1000;
        const bool blind = fresh->metaObject()->indexOfMethod("getSpeed()") < 0;
        delete fresh;
        QDBusConnection::disconnectFromBus("fresh");

        const QDBusMessage response = kept.call("getSpeed");
        const QString text = response.type() == QDBusMessage::ErrorMessage
            ? "no speed: " + response.errorName()
            : QString("%1 km/h").arg(response.arguments().at(0).toInt());
        out << text << (blind ? ", blind constructor " : ", constructor ") << constructor_us << " us" << Qt::endl;
        QCoreApplication::processEvents();
        QThread::msleep(50);
    }
}
