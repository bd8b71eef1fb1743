// A program with one QDBusInterface that it keeps, as Qt programs do, asked 20 times a second by a blocking
// call; each time it also makes a fresh one and tells how long the constructor took, which asks the
// service to describe itself and waits for the answer.
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
        QElapsedTimer timer;
        timer.start();
        {
            QDBusInterface fresh(name, "/org/cardash/Speed1", name, QDBusConnection::sessionBus());
        }
        const auto constructor_us = timer.nsecsElapsed() / 1000;

        const QDBusMessage response = kept.call("getSpeed");
        const QString text = response.type() == QDBusMessage::ErrorMessage
            ? "no speed: " + response.errorName()
            : QString("%1 km/h").arg(response.arguments().at(0).toInt());
        out << text << ", constructor " << constructor_us << " us" << Qt::endl;
        QCoreApplication::processEvents();
        QThread::msleep(50);
    }
}
