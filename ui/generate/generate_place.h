#pragma once

#include "scalekv/request.h"
#include "ui/shell/desk.h"
#include "ui/shell/place.h"

namespace scalekv::widgets {
class KvPlot;
}

namespace scalekv::ui {

class CacheViews;
class GenerateForm;
class HistoryPanel;
class PictureStage;

/// Where pictures are made: the form, the picture with its scales, the history and the KV cache's growth.
class GeneratePlace : public Place {
    Q_OBJECT
public:
    explicit GeneratePlace(const Desk& desk);

    GenerateForm* form() const { return form_; }
    PictureStage* stage() const { return stage_; }
    HistoryPanel* history() const { return history_; }
    CacheViews* cache() const { return cache_; }
    widgets::KvPlot* plot() const;

    QList<QAction*> menuActions(Menu menu) const override;
    ResultPtr shownRun() const override;
    QVector<RunVerb> runVerbs() override;
    void offerVerbs(const QVector<RunVerb>& verbs) override;
    void saveSettings() override;

public Q_SLOTS:
    void generate();
    void askForBatch();
    void askForCalibration();

private:
    // generate_place.cpp: what it looks like
    void makeActions();
    void arrangeDocks() override;
    QList<QAction*> buttonsOf(const QVector<RunVerb>& verbs);
    void updateState();
    bool mayGenerate() const;
    void showEmptyText();
    void showCache();

    // generate_place_runs.cpp: what happens to runs and settings
    void connectEngine();
    void connectForm();
    void connectRuns();
    bool settleMemory();
    void enqueue(const QVector<QueuedWork>& works);
    void calibrated(const QString& file, const Calibration& calibration);
    void runFinished(const ResultPtr& result);
    void pictureOpened(const ResultPtr& result, const QString& path);
    void picturesRemoved(int count, int undoable);
    void keepStageInHistory();
    void fillForm(const GenerationRequest& request, bool newSeedEachTime, const QString& what);
    void useSettings(const ResultPtr& result);

    const Desk desk_;
    GenerateForm* form_;
    PictureStage* stage_;
    HistoryPanel* history_;
    CacheViews* cache_;
    QAction *generateAction_, *batchAction_, *calibrateAction_, *recommendedAction_, *editLine_, *viewLine_;
    QVector<RunVerb> verbs_;
    QList<QAction*> verbActions_;    ///< for the picture on the stage, in the order of verbs_
    QList<QAction*> groupActions_;   ///< that open a menu of some of them
    bool anyway_ = false;            ///< the picture is wanted although memory is short
    ResultPtr settingsAfterLoading_; ///< whose settings go into the form when its model is there
};

} // namespace scalekv::ui
