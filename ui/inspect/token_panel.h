#pragma once

#include "ui/inspect/looker.h"
#include "ui/inspect/selection.h"

#include <QTimer>
#include <QWidget>

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace scalekv::widgets {
class TokenLegend;
class TokenView;
} // namespace scalekv::widgets

namespace scalekv::ui {

/// The picture with the tokens of one scale over it: where a position looks, which tokens were kept, where a
/// word is read.
class TokenPanel : public QWidget {
    Q_OBJECT
public:
    TokenPanel(const InspectedRun& run, Looker& looker, Selection& selection, QWidget* parent = nullptr);

    widgets::TokenView* view() const { return view_; }
    widgets::TokenLegend* legend() const { return legend_; }
    QString title() const;
    QString note() const;

private:
    QLayout* makeHead();
    QLayout* makeFoot();
    void makeScaleButtons();
    void fillHeads();
    void draw();
    void askSoon();
    void choosePosition(int row, int column);
    void play(bool on);
    void step();
    void explainColours();
    bool needsLook() const;
    bool isAnswered() const;
    void showNote();
    QString titleText() const;
    QString positionText(int row, int column) const;

    const InspectedRun& run_;
    Looker& looker_;
    Selection& selection_;
    QLabel *title_, *note_;
    QButtonGroup *overlays_, *readScales_;
    QHBoxLayout* scaleRow_ = nullptr;
    QLabel* scaleLabel_;
    QComboBox* head_;
    QCheckBox* overScales_;
    QToolButton *play_, *wholeMap_;
    QPushButton* look_;
    widgets::TokenView* view_;
    widgets::TokenLegend* legend_;
    QTimer asking_, playing_;
};

} // namespace scalekv::ui
