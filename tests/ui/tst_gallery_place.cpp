// The Gallery as a person uses it: with real pictures, keys and clicks.

#include "tests/gallery/made_pictures.h"
#include "tests/ui/dialogs.h"
#include "tests/ui/studio_fixture.h"
#include "ui/gallery/gallery_details.h"
#include "ui/gallery/gallery_head.h"
#include "ui/gallery/gallery_limit.h"
#include "ui/gallery/gallery_list.h"
#include "ui/gallery/gallery_model.h"
#include "ui/gallery/gallery_place.h"
#include "ui/generate/generate_form.h"
#include "ui/runs/kept_run.h"
#include "ui/runs/run_list.h"
#include "widgets/elided_label.h"
#include "widgets/image_view.h"
#include "widgets/message_bar.h"

#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QMimeData>
#include <QSettings>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

using namespace scalekv;
using namespace scalekv::ui;

namespace {

/// Puts made pictures into a folder, before a window opens it.
void fill(const QString& folder, int pictures) {
    QDir().mkpath(folder);
    const QStringList prompts{"a red apple", "a blue chair", "a green car"};
    for (int n = 0; n < pictures; ++n)
        gallery::keepPicture(folder, test::madePicture(prompts[n % 3], quint64(n), 64), kMostRunFileBytes);
}

} // namespace

class TestGalleryPlace : public QObject {
    Q_OBJECT

private:
    GalleryPlace& place() { return *studio_->find<GalleryPlace>("gallery"); }
    GalleryList* list() { return place().list(); }
    int shown() { return place().model()->rowCount(); }
    QString state() { return studio_->find<widgets::ElidedLabel>("galleryState")->fullText(); }

    void open(int pictures) {
        studio_.reset();
        own_ = std::make_unique<QTemporaryDir>();
        fill(own_->filePath("pictures"), pictures);
        StudioOptions options;
        options.gallery = own_->filePath("pictures");
        studio_ = std::make_unique<StudioFixture>(options);
        studio_->window().showPlace(&place());
        QVERIFY(QTest::qWaitForWindowActive(&studio_->window()));
        QTRY_COMPARE_WITH_TIMEOUT(shown(), pictures, StudioFixture::kPatience);
        list()->setFocus();
    }
    void click(int row, Qt::KeyboardModifiers modifiers = {}) {
        list()->scrollTo(place().model()->index(row));
        QTest::mouseClick(list()->viewport(), Qt::LeftButton, modifiers,
                          list()->visualRect(place().model()->index(row)).center());
    }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(list(), key, modifiers); }
    void search(const QString& words) {
        auto* line = studio_->find<QLineEdit>("gallerySearch");
        line->selectAll();
        QTest::keyClick(line, Qt::Key_Delete);
        QTest::keyClicks(line, words);
    }
    void trashButton(const QString& text) {
        for (QToolButton* button : studio_->find<QWidget>("galleryTrashBar")->findChildren<QToolButton*>()) {
            if (button->text().remove('&') == text)
                return QTest::mouseClick(button, Qt::LeftButton);
        }
        QFAIL(qPrintable(text));
    }
    QString pathOf(int row) { return place().model()->entry(row).path; }

    std::unique_ptr<QTemporaryDir> own_;
    std::unique_ptr<StudioFixture> studio_;

private Q_SLOTS:
    void initTestCase() { useTemporarySettings(); }
    void cleanup() {
        if (studio_)
            studio_->close();
        studio_.reset();
    }

    void whatIsDrawnIsKept() {
        open(0);
        QTRY_VERIFY(studio_->find<QLabel>("galleryEmpty")->text().contains("Every picture"));
        studio_->window().showPlace(studio_->window().place("generate"));
        QVERIFY(studio_->waitForModel());
        QVERIFY(studio_->generate("a red apple", "7"));
        const ResultPtr run = studio_->window().runs().result(0);
        QTRY_VERIFY(!studio_->window().keeper().pathOf(run).isEmpty());
        QTRY_COMPARE(shown(), 1);
        QCOMPARE(pathOf(0), QStringLiteral("a-red-apple-7.png"));

        // Next week: another program has all that this one knows.
        const RecordedRun read = readPicture(own_->filePath("pictures/a-red-apple-7.png"));
        QVERIFY(!read.result->opened);
        QVERIFY(read.result->bits == run->bits);
        QCOMPARE(read.result->image.pixels, run->image.pixels);
        QCOMPARE(read.result->frames.size(), run->frames.size());
        for (int scale = 0; scale < run->frames.size(); ++scale)
            QCOMPARE(read.result->frames.at(scale).picture, run->frames.at(scale).picture);
        QCOMPARE(read.result->report.totalSeconds, run->report.totalSeconds);
        QVERIFY(read.record && read.record->hasAttention());
        QCOMPARE(read.record->bytes(), studio_->window().runs().record(run)->bytes());

        // And so it is inspected without being drawn again.
        const QString folder = own_->filePath("pictures");
        studio_->close();
        StudioOptions options;
        options.gallery = folder;
        studio_ = std::make_unique<StudioFixture>(options);
        QVERIFY(studio_->waitForModel());
        studio_->window().showPlace(&place());
        QTRY_COMPARE(shown(), 1);
        click(0);
        for (QToolButton* button : place().details()->findChildren<QToolButton*>()) {
            if (button->text() == QStringLiteral("Inspect"))
                QTest::mouseClick(button, Qt::LeftButton);
        }
        QTRY_COMPARE(studio_->window().currentPlace()->name().id, QStringLiteral("inspect"));
        QCOMPARE(studio_->window().runs().rowCount(), 1);
        QVERIFY(studio_->window().runs().record(studio_->window().runs().result(0)));
        QVERIFY(studio_->session().state() == EngineSession::State::Idle);
    }

    void stoppedPicturesIfWanted() {
        open(0);
        studio_->window().keeper().setKeepsStopped(true);
        studio_->window().showPlace(studio_->window().place("generate"));
        QVERIFY(studio_->waitForModel());
        studio_->prepare("a red apple", "7");
        QSignalSpy scales(&studio_->session(), &EngineSession::scaleFinished);
        studio_->clickGenerate();
        QTRY_VERIFY_WITH_TIMEOUT(scales.count() >= 2, StudioFixture::kPatience);
        studio_->clickStop();
        QVERIFY(studio_->waitUntilIdle());
        QTRY_COMPARE(shown(), 1);
        const gallery::Entry& entry = place().model()->entry(0);
        QVERIFY2(entry.reached.endsWith("/7"), qPrintable(entry.reached));
        QVERIFY(entry.path.contains("-scale-"));
        QCOMPARE(entry.prompt, QStringLiteral("a red apple"));
    }

    void searchAndFilters() {
        open(9);
        QVERIFY(state().startsWith("9 pictures"));
        search("red app");
        QTRY_COMPARE(shown(), 3);
        QTRY_VERIFY2(state().startsWith("3 of 9"), qPrintable(state()));
        QTest::keyClick(studio_->find<QLineEdit>("gallerySearch"), Qt::Key_Escape);
        QTRY_COMPARE(shown(), 9);
        search("nothing like it");
        QTRY_COMPARE(shown(), 0);
        QVERIFY(studio_->find<QLabel>("galleryEmpty")->text().contains("No picture is found"));
        search("");
        QTRY_COMPARE(shown(), 9);
        auto* policy = studio_->find<QComboBox>("galleryPolicy");
        QTRY_COMPARE(policy->count(), 3);
        policy->setFocus();
        QTest::keyClick(policy, Qt::Key_Down);
        QTRY_COMPARE(shown(), 5); // the full cache
        QTest::keyClick(policy, Qt::Key_Home);
        QTRY_COMPARE(shown(), 9);
        QTest::keyClick(list(), Qt::Key_F, Qt::ControlModifier);
        QVERIFY(studio_->find<QLineEdit>("gallerySearch")->hasFocus());
    }

    void groupsByPrompt() {
        open(9);
        QTest::mouseClick(studio_->find<QToolButton>("galleryGroup"), Qt::LeftButton);
        QTRY_COMPARE(shown(), 3);
        QCOMPARE(place().model()->entry(0).count, 3);
        QVERIFY(state().startsWith("3 prompts"));
        click(0);
        key(Qt::Key_Return);
        QTRY_COMPARE(place().model()->entry(0).count, 1);
        QCOMPARE(shown(), 3);
        click(0);
        key(Qt::Key_Backspace);
        QTRY_COMPARE(place().model()->entry(0).count, 3);
    }

    void starsAndTags() {
        open(3);
        click(0);
        key(Qt::Key_4);
        QTRY_COMPARE(place().model()->entry(0).marks.stars, 4);
        QTest::mouseClick(studio_->find<QToolButton>("star2"), Qt::LeftButton);
        QTRY_COMPARE(place().model()->entry(0).marks.stars, 2);
        studio_->window().undoStack().undo();
        QTRY_COMPARE(place().model()->entry(0).marks.stars, 4);
        studio_->window().undoStack().redo();
        QTRY_COMPARE(place().model()->entry(0).marks.stars, 2);
        auto* tags = studio_->find<QLineEdit>("galleryTags");
        QTest::mouseClick(tags, Qt::LeftButton);
        QTest::keyClicks(tags, "fruit, best of 5");
        QTest::keyClick(tags, Qt::Key_Return);
        QTRY_COMPARE(place().model()->entry(0).marks.tags, QStringList({"fruit", "best of 5"}));
        QTest::keyClick(tags, Qt::Key_Home);
        for (int n = 0; n < 7; ++n)
            QTest::keyClick(tags, Qt::Key_Delete);
        QTest::keyClick(tags, Qt::Key_Return);
        QTRY_COMPARE(place().model()->entry(0).marks.tags, QStringList({"best of 5"}));
        list()->setFocus();
        key(Qt::Key_A, Qt::ControlModifier);
        key(Qt::Key_5);
        QTRY_COMPARE(place().model()->entry(2).marks.stars, 5);
        QCOMPARE(list()->selectedRows().size(), 3);
        key(Qt::Key_0);
        QTRY_COMPARE(place().model()->entry(1).marks.stars, 0);
    }

    void typedTagsGoToThosePictures() {
        open(3);
        click(0);
        auto* tags = studio_->find<QLineEdit>("galleryTags");
        tags->setFocus();
        QTest::keyClicks(tags, "fruit");
        list()->setCurrentIndex(place().model()->index(2)); // as a picture that comes may do
        QTRY_COMPARE(place().model()->entry(0).marks.tags, QStringList("fruit"));
        QTest::keyClick(tags, Qt::Key_Return);
        QTest::qWait(300);
        QCOMPARE(place().model()->entry(2).marks.tags, QStringList());
        QCOMPARE(tags->text(), QString());
    }

    void promptsAreNoHtml() {
        open(0);
        gallery::keepPicture(own_->filePath("pictures"),
                             test::madePicture("<b>bold</b> & <img src=x>", 1, 64), kMostRunFileBytes);
        QTRY_COMPARE(shown(), 1);
        const QString tip = place().model()->index(0).data(Qt::ToolTipRole).toString();
        QVERIFY2(tip.contains("&lt;b&gt;bold") && !tip.contains("<img"), qPrintable(tip));
    }

    void trashAndUndo() {
        open(6);
        const QString first = pathOf(0), second = pathOf(1);
        click(0);
        click(1, Qt::ControlModifier);
        key(Qt::Key_Delete);
        QTRY_COMPARE(shown(), 4);
        QVERIFY(studio_->window().messages()->text().contains("2 pictures"));
        QVERIFY(!QFile::exists(own_->filePath("pictures/" + first)));
        studio_->window().undoStack().undo();
        QTRY_COMPARE(shown(), 6);
        studio_->window().undoStack().redo();
        QTRY_COMPARE(shown(), 4);
        QTest::mouseClick(studio_->find<QToolButton>("galleryTrash"), Qt::LeftButton);
        QTRY_COMPARE(shown(), 2);
        QVERIFY(studio_->find<QWidget>("galleryTrashBar")->isVisible());
        click(0);
        trashButton("Put back");
        QTRY_COMPARE(shown(), 1);
        QVERIFY(QFile::exists(own_->filePath("pictures/" + first)) ||
                QFile::exists(own_->filePath("pictures/" + second)));
        studio_->window().undoStack().undo();
        QTRY_COMPARE(shown(), 2);
        // For good: only when one is sure.
        click(0);
        for (const auto button : {QMessageBox::No, QMessageBox::Yes}) {
            WhenOpened<QMessageBox> question([&](QMessageBox& box) {
                QVERIFY2(box.text().contains("1 picture (") && box.text().contains("cannot be undone"),
                         qPrintable(box.text()));
                QTest::mouseClick(box.button(button), Qt::LeftButton);
            });
            key(Qt::Key_Delete);
            QVERIFY(question.met());
            QTRY_COMPARE(shown(), button == QMessageBox::No ? 2 : 1);
            studio_->window().activateWindow(); // the question had the keyboard
            QVERIFY(QTest::qWaitForWindowActive(&studio_->window()));
            list()->setFocus();
        }
        WhenOpened<QMessageBox> question(
            [](QMessageBox& box) { QTest::mouseClick(box.button(QMessageBox::Yes), Qt::LeftButton); });
        trashButton("Empty the trash…");
        QVERIFY(question.met());
        QTRY_COMPARE(shown(), 0);
        QVERIFY(!QDir(own_->filePath("pictures/.trash")).exists());
        QTest::mouseClick(studio_->find<QToolButton>("galleryTrash"), Qt::LeftButton);
        QTRY_COMPARE(shown(), 4);
        QVERIFY(!studio_->find<QWidget>("galleryTrashBar")->isVisible());
    }

    void groupsAreMarkedAndMovedWhole() {
        open(9);
        QTest::mouseClick(studio_->find<QToolButton>("galleryGroup"), Qt::LeftButton);
        QTRY_COMPARE(shown(), 3);
        click(0);
        key(Qt::Key_4);
        QTRY_COMPARE(studio_->window().undoStack().count(), 1);
        auto* tags = studio_->find<QLineEdit>("galleryTags");
        QTest::mouseClick(tags, Qt::LeftButton);
        QTest::keyClicks(tags, "fruit");
        QTest::keyClick(tags, Qt::Key_Return);
        QTRY_COMPARE(studio_->window().undoStack().count(), 2);
        click(0);
        key(Qt::Key_Return);
        QTRY_COMPARE(place().model()->entry(0).count, 1);
        for (int row = 0; row < 3; ++row) {
            QTRY_COMPARE(place().model()->entry(row).marks.stars, 4);
            QTRY_COMPARE(place().model()->entry(row).marks.tags, QStringList("fruit"));
        }
        click(0);
        key(Qt::Key_Backspace);
        QTRY_COMPARE(place().model()->entry(0).count, 3);
        click(0);
        click(1, Qt::ControlModifier);
        key(Qt::Key_Delete);
        QTRY_COMPARE(shown(), 1);
        QVERIFY(studio_->window().messages()->text().contains("6 pictures"));
        studio_->window().undoStack().undo();
        QTRY_COMPARE(shown(), 3);
    }

    void tilesStayUnderThePointer() {
        open(3);
        click(1);
        const QString before = pathOf(1);
        const gallery::Gallery& gallery = studio_->window().gallery();
        QSignalSpy found(&gallery, &gallery::Gallery::found);
        gallery::keepPicture(own_->filePath("pictures"), test::madePicture("from outside", 99), 0);
        // As long as the pointer moves over the tiles, they stay where they are: also when it is known.
        const QRect tile = list()->visualRect(place().model()->index(1));
        int moved = 0;
        const auto isKnown = [&] {
            QTest::mouseMove(list()->viewport(), tile.center() + QPoint(++moved % 7, 0));
            return gallery.contents().pictures == 4 && !found.isEmpty() &&
                   found.back().at(1).value<QVector<gallery::Entry>>().size() == 4;
        };
        QVERIFY(QTest::qWaitFor(isKnown, StudioFixture::kPatience));
        QCOMPARE(shown(), 3);
        QCOMPARE(pathOf(1), before);
        QTRY_COMPARE(shown(), 4); // and then they make room
        QCOMPARE(place().model()->entry(list()->currentIndex().row()).path, before);
    }

    void seenLarge() {
        open(3);
        click(0);
        auto* viewer = studio_->find<widgets::ImageView>("galleryViewer");
        key(Qt::Key_Return);
        QTRY_VERIFY(viewer->isVisible());
        QTRY_COMPARE(viewer->picture().size(), QSize(64, 64));
        QTest::keyClick(viewer, Qt::Key_Right);
        QTRY_COMPARE(list()->currentIndex().row(), 1);
        QVERIFY(viewer->isVisible());
        QTest::keyClick(viewer, Qt::Key_3);
        QTRY_COMPARE(place().model()->entry(1).marks.stars, 3);
        QTest::keyClick(viewer, Qt::Key_Return);
        QVERIFY(!viewer->isVisible());
        QVERIFY(list()->hasFocus());
    }

    void settingsOfAKeptPicture() {
        open(3);
        QVERIFY(studio_->waitForModel());
        click(0);
        const QString prompt = place().model()->entry(0).prompt;
        for (QToolButton* button : place().details()->findChildren<QToolButton*>()) {
            if (button->text() == QStringLiteral("Use settings"))
                QTest::mouseClick(button, Qt::LeftButton);
        }
        QTRY_COMPARE(studio_->window().currentPlace()->name().id, QStringLiteral("generate"));
        QCOMPARE(studio_->form()->request().prompts.front(), prompt.toStdString());
    }

    void whatOthersDoIsSeen() {
        open(3);
        click(1);
        const QString chosen = pathOf(1);
        gallery::keepPicture(own_->filePath("pictures"), test::madePicture("from outside", 99), 0);
        QTRY_COMPARE(shown(), 4);
        QCOMPARE(place().model()->entry(list()->currentIndex().row()).path, chosen); // the choice stays
        QVERIFY(QFile::remove(own_->filePath("pictures/" + chosen)));
        QTRY_COMPARE(shown(), 3);
    }

    void picturesDroppedIn() {
        open(1);
        const QTemporaryDir outside;
        gallery::keepPicture(outside.path(), test::madePicture("dropped", 5), 0);
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(outside.filePath("dropped-5.png"))});
        QDragEnterEvent enter({50, 50}, Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(&place(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(&place(), &drop);
        QTRY_COMPARE(shown(), 2);
        QVERIFY(QFile::exists(outside.filePath("dropped-5.png")));
    }

    void aFolderThatVanishes() {
        open(2);
        const QString folder = own_->filePath("pictures"), away = own_->filePath("away");
        QVERIFY(studio_->waitForModel());
        QVERIFY(QDir().rename(folder, away));
        studio_->window().showPlace(studio_->window().place("generate"));
        QVERIFY(studio_->generate("a red apple", "7"));
        QTRY_COMPARE(studio_->window().keeper().unkept(), 1);
        QVERIFY(studio_->window().messages()->text().contains("not in the gallery yet"));
        QCOMPARE(studio_->window().runs().rowCount(), 1);
        QVERIFY(QDir().rename(away, folder));
        QTRY_COMPARE_WITH_TIMEOUT(studio_->window().keeper().unkept(), 0, 20000);
        QTRY_VERIFY(QFile::exists(folder + "/a-red-apple-7.png"));
    }

    void theLimitIsToldAndNothingGoes() {
        open(4);
        const auto limits = place().findChildren<GalleryLimit*>();
        QCOMPARE(limits.size(), 1);
        QTRY_VERIFY(studio_->window().gallery().contents().bytes > 0);
        limits.front()->setLimit(studio_->window().gallery().contents().bytes - 1);
        QVERIFY(studio_->window().messages()->text().contains("more than the"));
        // Asked for in the trash, too, it is what lies outside of it, and Del moves it there.
        QTest::mouseClick(studio_->find<QToolButton>("galleryTrash"), Qt::LeftButton);
        QTRY_VERIFY(studio_->find<QWidget>("galleryTrashBar")->isVisible());
        QTest::mouseClick(studio_->window().messages()->findChild<QPushButton*>(), Qt::LeftButton);
        QTRY_COMPARE(shown(), 1); // the oldest
        QVERIFY(!studio_->find<QWidget>("galleryTrashBar")->isVisible());
        QVERIFY(!studio_->find<QToolButton>("galleryTrash")->isChecked());
        QTest::mouseClick(studio_->find<QToolButton>("galleryBack"), Qt::LeftButton);
        QTRY_COMPARE(shown(), 4);
        limits.front()->setLimit(studio_->window().gallery().contents().bytes - 1);
        QTest::mouseClick(studio_->window().messages()->findChild<QPushButton*>(), Qt::LeftButton);
        QTRY_COMPARE(shown(), 1);
        QVERIFY(state().contains("would go first"));
        QCOMPARE(QDir(own_->filePath("pictures")).entryList({"*.png"}).size(), 4);
        limits.front()->setLimit(0);
        QVERIFY(!studio_->window().messages()->isVisible());
        QTRY_COMPARE(shown(), 4);
        QVERIFY(state().startsWith("4 pictures"));

        // Only the trash is too much: nothing need go, it has to be emptied.
        click(0);
        key(Qt::Key_A, Qt::ControlModifier);
        key(Qt::Key_Delete);
        const auto contents = [this] { return studio_->window().gallery().contents(); };
        QTRY_COMPARE(contents().trashedPictures, 4);
        limits.front()->setLimit(contents().trashBytes - 1);
        QVERIFY(studio_->window().messages()->text().contains("Empty the trash"));
        for (const QPushButton* button : studio_->window().messages()->findChildren<QPushButton*>())
            QVERIFY(!button->isVisible() || !button->text().contains("go first"));
    }
};

QTEST_MAIN(TestGalleryPlace)
#include "tst_gallery_place.moc"
