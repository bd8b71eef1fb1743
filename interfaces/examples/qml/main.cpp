// A window with the speed in it, in QML.
//
// Packages: g++ pkgconf qt6-base-dev qt6-base-dev-tools qt6-declarative-dev qml6-module-qtquick
// Packages: qml6-module-qtqml-workerscript qml6-module-qtquick-window fonts-dejavu-core
// Build:
//     mkdir -p build
//     $(pkg-config --variable=libexecdir Qt6Core)/moc vehiclespeed.h -o build/moc_vehiclespeed.cpp
//     c++ -std=c++17 -O2 -fPIC -o build/speed main.cpp build/moc_vehiclespeed.cpp $(pkg-config --cflags --libs Qt6Quick Qt6DBus)
// Run, in the folder of Main.qml:
//     build/speed
//     build/speed system
#include "vehiclespeed.h"

#include <QGuiApplication>
#include <QQmlApplicationEngine>

int main(int argc, char **argv) {
    QGuiApplication app(argc, argv);
    qmlRegisterType<VehicleSpeed>("Cardash.Example", 1, 0, "VehicleSpeed");
    QQmlApplicationEngine engine("Main.qml");
    return engine.rootObjects().isEmpty() ? 1 : app.exec();
}
