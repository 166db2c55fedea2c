// Keeps pictures, moves some to the trash and back, and marks some, until it is killed. Says what it was
// told: "kept SEED" a line. tst_gallery_kill kills it.
//
//   gallery_victim FOLDER INDEX-FOLDER FIRST-SEED

#include "gallery/gallery.h"
#include "tests/gallery/made_pictures.h"

#include <QCoreApplication>
#include <QRandomGenerator>

#include <cstdio>

using namespace scalekv::gallery;

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    Gallery gallery(arguments.at(2));
    gallery.open(arguments.at(1), true);
    quint64 seed = arguments.at(3).toULongLong();
    QHash<quint64, quint64> seeds; // by ticket
    QStringList here, trashed;
    const auto draw = [&] {
        const quint64 next = seed++;
        seeds.insert(gallery.keep([next] {
            return scalekv::test::madePicture(QStringLiteral("picture of %1").arg(next % 7), next, 48);
        }),
                     next);
    };
    QObject::connect(&gallery, &Gallery::kept, &application, [&](quint64 ticket, const QString& path) {
        std::printf("kept %llu\n", static_cast<unsigned long long>(seeds.take(ticket)));
        std::fflush(stdout);
        here += path;
        auto* random = QRandomGenerator::global();
        if (here.size() > 2 && random->bounded(2) == 0)
            gallery.move({here.takeAt(random->bounded(static_cast<int>(here.size()))), here.takeFirst()});
        if (trashed.size() > 3 && random->bounded(2) == 0)
            gallery.move({trashed.takeAt(random->bounded(static_cast<int>(trashed.size())))});
        if (random->bounded(3) == 0)
            gallery.changeMarks({here.value(0)},
                                {.stars = random->bounded(6), .addTags = {QStringLiteral("t")}});
        draw();
    });
    QObject::connect(&gallery, &Gallery::moved, &application,
                     [&](quint64, const QStringList&, const QStringList& to) {
                         for (const QString& path : to)
                             (path.startsWith(QLatin1Char('.')) ? trashed : here) += path;
                     });
    draw();
    draw();
    return QCoreApplication::exec();
}
