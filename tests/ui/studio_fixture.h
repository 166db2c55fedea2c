#pragma once

#include "tests/small_model.h"
#include "ui/generate/generate_place.h"
#include "ui/shell/main_window.h"

#include <QTemporaryDir>

class QPushButton;

/// A Studio with a small model, small pictures and settings of its own, driven by keys and clicks.
class StudioFixture {
public:
    /// Generous: the machine may be busy, and a sanitizer may be at work.
    static constexpr int kPatience = 240000;

    /// `settle` puts into the settings, which are empty, what an earlier start has left.
    explicit StudioFixture(scalekv::ui::StudioOptions options = {}, const std::function<void()>& settle = {});

    scalekv::ui::MainWindow& window() { return *window_; }
    scalekv::ui::EngineSession& session() { return window_->session(); }
    scalekv::ui::GeneratePlace& generatePlace() { return *find<scalekv::ui::GeneratePlace>("generate"); }
    scalekv::ui::GenerateForm* form() { return generatePlace().form(); }
    scalekv::ui::PictureStage* stage() { return generatePlace().stage(); }
    scalekv::ui::HistoryPanel* history() { return generatePlace().history(); }
    scalekv::widgets::KvPlot* plot() { return generatePlace().plot(); }
    /// Ends the window as a user does, and deletes it.
    void close();

    bool waitForModel();
    bool waitUntilIdle();
    /// Chooses the smallest size (0.06M), a fixed seed, and types the prompt.
    void prepare(const QString& prompt, const QString& seed = QStringLiteral("1"));
    void chooseSize(const QString& size);
    void clickGenerate();
    void clickStop();
    /// prepare(), click, wait. Returns whether a picture was finished.
    bool generate(const QString& prompt, const QString& seed = QStringLiteral("1"));
    /// The picture that generate() would make, asked for in the form, in the history and chosen; made only
    /// once a program, under whatever policy the form then has. For tests of what becomes of a picture.
    bool givePicture(const QString& prompt, const QString& seed = QStringLiteral("1"));

    template <typename T>
    T* find(const char* name) {
        return window_->findChild<T*>(QLatin1String(name));
    }

    /// The model that it starts with unless the options name another: the demo's first layers.
    static QString modelPath() { return scalekv::test::smallModelPath(); }
    /// The whole demo model.
    static QString demoPath();
    /// A copy of modelPath() with another name, in a folder that lives as long as the fixture.
    QString otherModel(const QString& name);
    QString temporaryPath(const QString& name) const { return folder_.filePath(name); }

private:
    QTemporaryDir folder_;
    std::unique_ptr<scalekv::ui::MainWindow> window_;
};

/// Keeps the tests away from the user's settings. Call once before any fixture.
void useTemporarySettings();
