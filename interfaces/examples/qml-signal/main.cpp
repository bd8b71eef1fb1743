// A window with one signal of the car in it, in QML: how fast the engine turns.
//
// Packages: g++ pkgconf qt6-base-dev qt6-base-dev-tools qt6-declarative-dev qml6-module-qtquick
// Packages: qml6-module-qtqml-workerscript qml6-module-qtquick-window fonts-dejavu-core
// Build:
//     mkdir -p build
//     $(pkg-config --variable=libexecdir Qt6Core)/moc carsignal.h -o build/moc_carsignal.cpp
//     c++ -std=c++17 -O2 -fPIC -o build/rpm main.cpp build/moc_carsignal.cpp $(pkg-config --cflags --libs Qt6Quick Qt6DBus)
// Run, in the folder of Main.qml:
//     build/rpm
//     build/rpm system
#include "carsignal.h"

#include <QGuiApplication>
#include <QQmlApplicationEngine>

int main(int argc, char **argv) {
    QGuiApplication app(argc, argv);
    qmlRegisterType<CarSignal>("Cardash.Example", 1, 0, "CarSignal");
    QQmlApplicationEngine engine("Main.qml");
    return engine.rootObjects().isEmpty() ? 1 : app.exec();
}
