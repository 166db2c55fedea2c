#pragma once

#include "ui/compare/column_queue.h"
#include "ui/compare/column_set.h"
#include "ui/compare/remembered_columns.h"
#include "ui/compare/run_figures.h"
#include "ui/shell/desk.h"
#include "ui/shell/picture_files.h"
#include "ui/shell/place.h"
#include "widgets/token_overlay.h"

#include <QTimer>

class QCheckBox;
class QStackedWidget;
class QToolButton;

namespace scalekv::widgets {
class ComparisonView;
class ElidedLabel;
} // namespace scalekv::widgets

namespace scalekv::ui {

class ColumnCards;
class CompareHeader;
class CompareStartPage;
class FigureTable;
class ModeSettings;
class ManyPage;
class PartingPanel;
class QualityPanel;
class ReportWriter;

/// Where one sees what a smaller cache changes: up to four pictures beside each other, what they differ in,
/// and the figures of all.
class ComparePlace : public Place {
    Q_OBJECT
public:
    explicit ComparePlace(const Desk& desk);

    ColumnSet& columns() { return set_; }
    ColumnQueue& queue() { return *queue_; }
    RunFigures& figures() { return *figures_; }
    widgets::ComparisonView* view() const { return view_; }
    ColumnCards* cards() const { return cards_; }
    FigureTable* table() const { return table_; }
    PartingPanel* parting() const { return parting_; }
    QualityPanel* quality() const { return quality_; }
    ManyPage* many() const { return many_; }
    ReportWriter& report() { return *reports_; }
    /// Who says how much memory is free, before anything is made here.
    void setMemoryReader(const MemoryReader& reader);
    /// What the line under the pictures says, with every column's name.
    QString placeText() const { return placeText_; }

    QList<QAction*> menuActions(Menu menu) const override;
    ResultPtr shownRun() const override;
    QVector<RunVerb> runVerbs() override;
    void offerVerbs(const QVector<RunVerb>& verbs) override;
    QString askedToClose() override;
    void keptOpen() override;
    void entered() override;
    void saveSettings() override;

    /// A run against others: with the full cache first, then itself. Null: the run in the making.
    void compare(const ResultPtr& run, const QVector<PolicyChoice>& choices, const QStringList& remarks = {});
    void compareWithFull(const ResultPtr& run);
    void compareAllPolicies(const ResultPtr& run);
    /// More of the same: the reference's request with another policy.
    void addChoices(const QVector<PolicyChoice>& choices);
    void addRun(const ResultPtr& run);
    /// Instead of those that are there, which can be brought back.
    void replaceColumns(const QVector<CompareColumn>& columns, const QStringList& remarks = {});
    void openPictures(const QStringList& paths);
    /// The page of many pictures, or that of the ones that are looked at.
    void showMany(bool many);

    /// From 0; beyond the last: the last, of every picture.
    void showScale(int scale);
    int shownScale() const;
    int scales() const;

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    // compare_place.cpp: what it looks like
    QWidget* makeStrip();
    void makeActions();
    void arrangeDocks() override;
    void hideDocks();
    void refresh();
    void refreshHeader();
    void followReport();
    void refreshPictures();
    void refreshCards();
    void refreshQuality();
    void showValues();
    void showProgress();
    QVector<ScaleFrame> framesOf(const CompareColumn& column) const;
    QString stateText(const CompareColumn& column) const;
    widgets::TokenOverlay overlayOf(const CompareColumn& column) const;

    // compare_place_menus.cpp: what can be done
    void fillAddMenu();
    void columnMenu(int id, QPoint at);

    // compare_place_runs.cpp: what is compared
    CompareColumn liveColumn() const;
    CompareColumn made(const CompareColumn& like, const GenerationRequest& request) const;
    void openNext();
    void askForColumns();
    void askForPictures();
    void removeColumn(int id);
    void repeatHere(int id);
    void writeReport();
    /// Wherever the user is, and from there to the column.
    void sayFailed(int id, const QString& problem);
    void why();
    void inspectAt(int layer, int scale);
    /// A place of the reference's final pixels.
    void setClicked(std::optional<QPointF> place);
    /// Of that scale's map, where one has clicked; −1: nowhere.
    int positionAt(int scale) const;
    std::optional<RunSpot> spot() const;
    void restoreUnfinished();
    /// A comparison that is not finished is written down as soon as that changes: the program may be killed.
    void rememberUnfinished();
    bool isUnfinished() const;
    struct Feasible {
        QVector<PolicyChoice> choices;
        QStringList leftOut; ///< the others, with the reason
    };
    Feasible feasible(const QVector<PolicyChoice>& choices, const CompareColumn& like) const;
    void addRequests(const QVector<GenerationRequest>& requests, const QStringList& remarks = {});
    void askAboutMemory(int id, const MemoryOutlook& outlook);

    const Desk desk_;
    ColumnSet set_;
    ColumnQueue* queue_;
    RunFigures* figures_;
    PictureFiles files_;
    QStringList
        opening_; ///< pictures, one after the other: columns stand in the order in which they were named
    ReportWriter* reports_;
    QVector<RunVerb> verbs_; ///< of other places

    QStackedWidget* pages_ = nullptr; ///< what to do, or the comparison
    ColumnCards* cards_ = nullptr;
    widgets::ComparisonView* view_ = nullptr;
    CompareHeader* header_ = nullptr;
    CompareStartPage* start_ = nullptr;
    widgets::ElidedLabel* values_ = nullptr;
    QCheckBox* overlay_ = nullptr;
    QToolButton* why_ = nullptr;
    ModeSettings* modes_ = nullptr;
    FigureTable* table_ = nullptr;
    PartingPanel* parting_ = nullptr;
    QualityPanel* quality_ = nullptr;
    ManyPage* many_ = nullptr;
    QAction *fit_ = nullptr, *actualSize_ = nullptr, *removeChosen_ = nullptr, *askForColumns_ = nullptr;
    QTimer refreshSoon_;
    QString placeText_;
    int wantedScale_ = -1;  ///< −1: the last
    QByteArray beforeMany_; ///< the docks as they stood: they belong to the pictures that are looked at
    UnfinishedComparison unfinished_;
    bool promised_ = false; ///< that what is written down of the comparison goes on at the next start
    /// The place that was clicked: in pixels of the reference.
    std::optional<QPointF> clicked_;
    QSize clickedIn_; ///< of the reference that was clicked
};

} // namespace scalekv::ui
