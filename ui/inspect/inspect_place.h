#pragma once

#include "ui/inspect/selection.h"
#include "ui/shell/desk.h"
#include "ui/shell/place.h"

namespace scalekv::ui {

class HeadsPanel;
class InspectedRun;
class LayerMapPanel;
class Looker;
class MassPanel;
class RunExporter;
class RunHeader;
class TokenPanel;
class WordsPanel;

/// Where one sees what every layer of a run did: which draft and which refine, where they look, what their
/// caches keep, and what they read of the prompt.
class InspectPlace : public Place {
    Q_OBJECT
public:
    explicit InspectPlace(const Desk& desk);

    InspectedRun& run() { return *run_; }
    Selection& selection() { return selection_; }
    Looker& looker() { return *looker_; }
    RunHeader* header() const { return header_; }
    LayerMapPanel* layerMap() const { return map_; }
    TokenPanel* tokens() const { return tokens_; }
    HeadsPanel* heads() const { return heads_; }
    WordsPanel* words() const { return words_; }
    MassPanel* mass() const { return mass_; }
    RunExporter& exporter() { return *exporter_; }

    QList<QAction*> menuActions(Menu menu) const override;
    ResultPtr shownRun() const override;
    QVector<RunVerb> runVerbs() override;
    void offerVerbs(const QVector<RunVerb>& verbs) override;
    void entered() override;

    /// Writes every table and heat map of the run, and the picture with its tokens as it is seen, into a new
    /// folder within this one.
    void exportTo(const QString& parent);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void makeActions();
    void arrangeDocks() override;
    void fitSelection();
    QString stem() const;
    void askForFolder();
    void saveMap();
    void saveTokens();
    void record();

    const Desk desk_;
    InspectedRun* run_;
    Selection selection_;
    Looker* looker_;
    RunExporter* exporter_;
    RunHeader* header_;
    LayerMapPanel* map_;
    TokenPanel* tokens_;
    HeadsPanel* heads_;
    WordsPanel* words_;
    MassPanel* mass_;
    QAction *exportAll_, *saveMap_, *copyValues_, *saveTokens_, *record_;
    QList<QAction*> verbActions_;                  ///< what other places do with the run
    std::weak_ptr<const GenerationResult> fitted_; ///< the run that the selection was last fitted to
    bool fittedLive_ = false;                      ///< it was the one in the making
};

} // namespace scalekv::ui
