#pragma once

#include "ui/inspect/looker.h"
#include "ui/inspect/selection.h"

#include <QWidget>

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QLabel;
class QToolButton;

namespace scalekv::widgets {
class TokenLegend;
class TokenView;
} // namespace scalekv::widgets

namespace scalekv::ui {

class LookRow;
class PlayButton;

/// The picture with the tokens of one scale over it: where a position looks, which tokens were kept, where a
/// word is read.
class TokenPanel : public QWidget {
    Q_OBJECT
public:
    TokenPanel(const InspectedRun& run, Looker& looker, Selection& selection, QWidget* parent = nullptr);

    widgets::TokenView* view() const { return view_; }
    widgets::TokenLegend* legend() const { return legend_; }
    QString title() const;
    /// What is seen, with the words and colours that explain it, as a picture to be kept; null: there is
    /// nothing to see.
    QImage sheet(double ratio) const;
    QString note() const;

private:
    QLayout* makeHead();
    QLayout* makeFoot();
    void fillHeads();
    void draw();
    void drawTokens(const Look* look);
    void choosePosition(int row, int column);

    const InspectedRun& run_;
    Looker& looker_;
    Selection& selection_;
    QLabel* title_;
    QButtonGroup* overlays_;
    QComboBox* head_;
    QCheckBox* overScales_;
    widgets::TokenView* view_;
    widgets::TokenLegend* legend_;
    QToolButton* allPositions_;
    PlayButton* play_;
    LookRow* look_;
};

} // namespace scalekv::ui
