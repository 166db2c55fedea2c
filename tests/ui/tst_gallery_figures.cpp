// How fast a large gallery is, and how much memory it takes: printed. Few pictures unless asked for more:
//
//   SCALEKV_GALLERY_PICTURES=10000 SCALEKV_KEPT_IN_A_ROW=500 tst_gallery_figures

#include "gallery/keep.h"
#include "scalekv/process_memory.h"
#include "tests/gallery/made_pictures.h"
#include "tests/ui/stall_application.h"
#include "tests/ui/studio_fixture.h"
#include "ui/gallery/gallery_head.h"
#include "ui/gallery/gallery_list.h"
#include "ui/gallery/gallery_model.h"
#include "ui/gallery/gallery_place.h"
#include "ui/runs/kept_run.h"
#include "ui/runs/run_list.h"

#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QScrollBar>
#include <QTest>
#include <QToolButton>

using namespace scalekv;
using namespace scalekv::ui;

namespace {

int number(const char* name, int otherwise) {
    const int value = qEnvironmentVariableIntValue(name);
    return value > 0 ? value : otherwise;
}

double mebibytes(qint64 bytes) {
    return double(bytes) / (1 << 20);
}

} // namespace

class TestGalleryFigures : public QObject {
    Q_OBJECT

private:
    StallApplication& application() { return *static_cast<StallApplication*>(qApp); }
    GalleryPlace& place() { return *studio_->find<GalleryPlace>("gallery"); }
    int shown() { return place().model()->rowCount(); }

    /// Does something and waits for its end; says how long that took, and how long the window stood still.
    template <typename Act, typename Done>
    void measure(const char* what, Act act, Done done) {
        application().reset();
        QElapsedTimer timer;
        timer.start();
        act();
        QVERIFY2(QTest::qWaitFor(done, StudioFixture::kPatience), what);
        qInfo("%-34s %6lld ms, longest stall %5.1f ms, %4.0f MiB resident", what, timer.elapsed(),
              application().longest().count(), mebibytes(residentBytes()));
        QVERIFY2(application().longest().count() < StallApplication::kFreeze,
                 qPrintable(application().culprit()));
    }

    std::unique_ptr<StudioFixture> studio_;

private Q_SLOTS:
    void initTestCase() { useTemporarySettings(); }

    void manyPictures() {
        const int pictures = number("SCALEKV_GALLERY_PICTURES", 300);
        const QTemporaryDir own;
        StudioOptions options;
        options.gallery = own.filePath("pictures");
        options.dataFolder = own.filePath("data");
        QDir().mkpath(options.gallery);
        const QStringList subjects{"apple", "chair", "car", "castle", "cat", "tree", "boat"};
        const QStringList colours{"red", "blue", "green", "yellow", "black"};
        for (int n = 0; n < pictures; ++n) {
            gallery::NewPicture picture = test::madePicture(
                QStringLiteral("a %1 %2 of %3").arg(colours[n % 5], subjects[n % 7]).arg(n / 700), quint64(n),
                256);
            picture.run.reset();
            gallery::keepPicture(options.gallery, picture, 0);
        }
        qInfo("%d pictures of 256 x 256 pixels; %.0f MiB resident before the window", pictures,
              mebibytes(residentBytes()));

        for (const char* what : {"first start: all shown after", "next start: all shown after"}) {
            bool scanned = false;
            measure(
                what,
                [&] {
                    studio_ = std::make_unique<StudioFixture>(options);
                    connect(&studio_->window().gallery(), &gallery::Gallery::scanFinished, this,
                            [&scanned] { scanned = true; });
                    studio_->window().showPlace(&place());
                },
                [&] { return shown() == pictures; });
            measure(
                "  folder looked through after", [] {}, [&] { return scanned; });
            disconnect(&studio_->window().gallery(), nullptr, this, nullptr);
            if (std::string_view(what).starts_with("first")) {
                studio_->close();
                studio_.reset();
            }
        }
        QVERIFY(studio_->waitForModel());
        auto* line = studio_->find<QLineEdit>("gallerySearch");
        measure(
            "search: red castle", [&] { QTest::keyClicks(line, "red castle"); },
            [&] { return shown() > 0 && shown() < pictures; });
        measure(
            "search: all again", [&] { line->clear(); }, [&] { return shown() == pictures; });
        auto* policy = studio_->find<QComboBox>("galleryPolicy");
        measure(
            "filter by policy", [&] { policy->setCurrentIndex(1); }, [&] { return shown() < pictures; });
        measure(
            "no filter", [&] { policy->setCurrentIndex(0); }, [&] { return shown() == pictures; });
        auto* group = studio_->find<QToolButton>("galleryGroup");
        measure(
            "group by prompt", [&] { group->click(); }, [&] { return shown() < pictures; });
        measure(
            "no groups", [&] { group->click(); }, [&] { return shown() == pictures; });
        auto* sort = studio_->find<QComboBox>("gallerySort");
        const QString first = place().model()->entry(0).path;
        measure(
            "the other order", [&] { sort->setCurrentIndex(1); },
            [&] { return place().model()->entry(0).path != first; });

        GalleryList* list = place().list();
        QScrollBar* bar = list->verticalScrollBar();
        for (const char* what : {"scroll through all (new tiles)", "scroll through all (again)"}) {
            bar->setValue(0);
            measure(
                what,
                [&] {
                    const int steps = 200;
                    for (int n = 0; n <= steps; ++n) {
                        bar->setValue(int(qint64(bar->maximum()) * n / steps));
                        QTest::qWait(5);
                    }
                },
                [] { return true; });
        }
        const auto seen = [&] {
            const QRect view = list->viewport()->rect();
            for (int row = 0; row < shown(); ++row) {
                if (list->visualRect(place().model()->index(row)).intersects(view) &&
                    place().model()->thumbnail(place().model()->entry(row), 160).isNull())
                    return false;
            }
            return true;
        };
        measure(
            "tiles of the last screen after", [] {}, seen);
        measure(
            "select all", [&] { list->selectAll(); },
            [&] { return list->selectedRows().size() == pictures; });
        measure(
            "one more picture is kept",
            [&] {
                list->clearSelection();
                studio_->window().gallery().keep([] { return test::madePicture("another", 123456789, 256); });
            },
            [&] { return shown() == pictures + 1; });
        studio_->close();
        studio_.reset();
    }

    /// What a session does not let go of would fill the memory in a night.
    void manyInARow() {
        const int pictures = number("SCALEKV_KEPT_IN_A_ROW", 60);
        constexpr int kSide = 512;
        studio_ = std::make_unique<StudioFixture>();
        QVERIFY(studio_->waitForModel());
        RunList& runs = studio_->window().runs();
        int kept = 0; // a QSignalSpy would hold every picture
        connect(&studio_->window().keeper(), &PictureKeeper::kept, this, [&kept] { ++kept; });
        const QImage frame(kSide, kSide, QImage::Format_RGB32);
        for (int n = 0; n < pictures; ++n) {
            // As the engine's worker hands it over, with pictures of ten scales.
            const gallery::NewPicture made = test::madePicture("in a row", quint64(n), kSide);
            auto result = std::make_shared<GenerationResult>();
            result->recipe = *recipeOf(made.text);
            result->image = made.image;
            result->plan = made.run->plan;
            result->report = made.run->report;
            result->bits = made.run->bits;
            for (const ScaleReport& report : result->report.scales) {
                QImage picture = frame;
                picture.fill(QColor::fromHsv(n % 360, 200, 40 + 20 * report.scale));
                result->frames += ScaleFrame{picture, report};
            }
            runs.insert(0, result);
            studio_->window().keeper().finished(result, nullptr);
            result.reset();
            QVERIFY(QTest::qWaitFor([&] { return kept == n + 1; }, StudioFixture::kPatience));
            if (n % std::max(1, pictures / 10) == 0 || n + 1 == pictures)
                qInfo("after %3d pictures: %4d in the history, %5.0f MiB resident", n + 1, runs.rowCount(),
                      mebibytes(residentBytes()));
        }
        disconnect(&studio_->window().keeper(), nullptr, this, nullptr);
        studio_->close();
        studio_.reset();
    }
};

int main(int argc, char** argv) {
    StallApplication application(argc, argv);
    TestGalleryFigures test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_gallery_figures.moc"
