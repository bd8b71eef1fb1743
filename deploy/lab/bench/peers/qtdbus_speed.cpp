// Peer: the least that one would write with Qt, an object that QtDBus exports. The speed is 87.
#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusError>
#include <QObject>

class Speed : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.cardash.Speed1")
public:
    Q_INVOKABLE int getSpeed() const { return 87; }
Q_SIGNALS:
    void SpeedChanged(int speed);
};

int main(int argc, char **argv) {
    QCoreApplication app(argc, argv);
    Speed speed;
    auto bus = QDBusConnection::sessionBus();
    const auto members = QDBusConnection::ExportAllInvokables | QDBusConnection::ExportAllSignals;
    if (!bus.registerObject("/org/cardash/Speed1", &speed, members) || !bus.registerService("org.cardash.Speed1")) {
        qCritical("%s", qPrintable(bus.lastError().message()));
        return 1;
    }
    return app.exec();
}

#include "qtdbus_speed.moc"
