// The least C++ window to hold the cluster against: one Qt Quick window with the cluster's imports.
// Like the cluster with --remote it writes the time of its first frame, milliseconds since 1970, as a line of JSON.
#include <QDateTime>
#include <QGuiApplication>
#include <QQmlApplicationEngine>
#include <QQuickWindow>
#include <cstdio>

int main(int argc, char **argv)
{
    QGuiApplication application(argc, argv);
    QQmlApplicationEngine engine(QUrl::fromLocalFile(QString::fromLocal8Bit(argv[1])));
    if (engine.rootObjects().isEmpty())
        return 1;
    auto *window = qobject_cast<QQuickWindow *>(engine.rootObjects().first());
    QObject::connect(window, &QQuickWindow::frameSwapped, &application, [drawn = false]() mutable {
        if (drawn)
            return;
        drawn = true;
        std::printf("{\"event\":\"first-frame\",\"at\":%lld}\n", static_cast<long long>(QDateTime::currentMSecsSinceEpoch()));
        std::fflush(stdout);
    });
    return application.exec();
}
