#include "tests/ui/studio_fixture.h"

#include "ui/generate/generate_form.h"
#include "ui/generate/history_panel.h"
#include "ui/generate/picture_stage.h"
#include "ui/places.h"
#include "ui/runs/run_list.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QTest>

using scalekv::ui::EngineSession;
using scalekv::ui::MainWindow;

void useTemporarySettings() {
    static const QTemporaryDir folder;
    QCoreApplication::setOrganizationName(QStringLiteral("scalekv-test"));
    QCoreApplication::setApplicationName(QStringLiteral("test"));
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());
    qputenv("XDG_CONFIG_HOME", QFile::encodeName(folder.path())); // what stands beside the settings
}

StudioFixture::StudioFixture(scalekv::ui::StudioOptions options, const std::function<void()>& settle) {
    QSettings().clear();
    if (settle)
        settle();
    if (options.demoModel.isEmpty())
        options.demoModel = modelPath();
    if (options.dataFolder.isEmpty())
        options.dataFolder = folder_.filePath(QStringLiteral("data"));
    if (options.gallery.isEmpty())
        options.gallery = folder_.filePath(QStringLiteral("gallery"));
    window_ = std::make_unique<MainWindow>(options, scalekv::ui::studioPlaces());
    window_->show();
}

QString StudioFixture::demoPath() {
    return QStringLiteral(SCALEKV_SOURCE_DIR "/resources/demo");
}

void StudioFixture::close() {
    window_->close();
    window_.reset();
}

bool StudioFixture::waitForModel() {
    return QTest::qWaitFor([this] { return session().hasModel(); }, kPatience) && waitUntilIdle();
}

bool StudioFixture::waitUntilIdle() {
    return QTest::qWaitFor([this] { return session().state() == EngineSession::State::Idle; }, kPatience);
}

void StudioFixture::chooseSize(const QString& size) {
    auto* box = find<QComboBox>("size");
    QTest::keyClick(box, Qt::Key_Home);
    for (int i = 0; i < box->count() && box->currentData().toString() != size; ++i)
        QTest::keyClick(box, Qt::Key_Down);
    QCOMPARE(box->currentData().toString(), size);
}

void StudioFixture::prepare(const QString& prompt, const QString& seed) {
    auto* text = find<QPlainTextEdit>("prompt");
    QTest::keyClick(text, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(text, Qt::Key_Delete);
    QTest::keyClicks(text, prompt);
    // A person's next click closes the list of words that are offered; one that is sent to a widget does not.
    if (QWidget* offered = QApplication::activePopupWidget())
        offered->close();
    window_->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    auto* line = form()->findChild<QWidget*>(QStringLiteral("seed"))->findChild<QLineEdit*>();
    line->selectAll();
    QTest::keyClicks(line, seed);
    QTest::keyClick(find<QComboBox>("size"), Qt::Key_Home);
}

void StudioFixture::clickGenerate() {
    QTest::mouseClick(find<QPushButton>("generate"), Qt::LeftButton);
}

void StudioFixture::clickStop() {
    QTest::mouseClick(find<QPushButton>("stop"), Qt::LeftButton);
}

bool StudioFixture::generate(const QString& prompt, const QString& seed) {
    const int before = window().runs().rowCount();
    prepare(prompt, seed);
    clickGenerate();
    return waitUntilIdle() && window().runs().rowCount() == before + 1;
}

bool StudioFixture::givePicture(const QString& prompt, const QString& seed) {
    static QHash<QString, scalekv::ui::RecordedRun> made;
    const QString key = seed + QLatin1Char(' ') + prompt;
    if (!made.contains(key)) {
        if (!generate(prompt, seed))
            return false;
        const scalekv::ui::ResultPtr result = window().runs().result(0);
        made.insert(key, {result, window().runs().record(result)});
        return true;
    }
    prepare(prompt, seed);
    const scalekv::ui::RecordedRun& run = made[key];
    window().runs().insert(0, run.result, run.record);
    QListView* list = history()->list();
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                      list->visualRect(list->model()->index(0, 0)).center());
    return stage()->shownResult() == run.result;
}

QString StudioFixture::otherModel(const QString& name) {
    const QDir model(modelPath());
    const QString path = folder_.filePath(name);
    QDir().mkpath(path);
    for (const QString& entry : model.entryList(QDir::AllEntries | QDir::NoDotAndDotDot)) {
        if (entry != QLatin1String("model.json"))
            QFile::link(model.filePath(entry), path + QLatin1Char('/') + entry);
    }
    QFile original(model.filePath(QStringLiteral("model.json")));
    if (!original.open(QIODevice::ReadOnly))
        return {};
    QJsonObject description = QJsonDocument::fromJson(original.readAll()).object();
    description[QStringLiteral("name")] = name;
    QFile copy(path + QStringLiteral("/model.json"));
    if (!copy.open(QIODevice::WriteOnly))
        return {};
    copy.write(QJsonDocument(description).toJson());
    return path;
}
