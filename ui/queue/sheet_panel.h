#pragma once

#include "ui/shell/desk.h"
#include "widgets/labelled_sheet.h"

#include <QHash>
#include <QSet>
#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QToolButton;

namespace scalekv::widgets {
class LabelledSheetView;
}

namespace scalekv::ui {

/// The sheets of pictures over two settings: as they fill, and to be saved as one picture.
class SheetPanel : public QWidget {
    Q_OBJECT
public:
    explicit SheetPanel(const Desk& desk, QWidget* parent = nullptr);

    QComboBox* choice() const { return choice_; }
    widgets::LabelledSheetView* view() const { return view_; }
    /// The sheet as it is saved.
    widgets::SheetImage image() const;

private:
    const PictureSheet* shown() const;
    void fillChoice();
    void show();
    using States = QHash<int, WorkState>;
    States states() const;
    void refreshCell(int cell, const States& states);
    void refresh();
    void readPicture(int cell);
    widgets::SheetCell contents(int cell, const States& states) const;
    void save();
    QVector<int> missingCells() const;
    void makeMissing();
    void remove();

    const Desk desk_;
    QComboBox* choice_;
    QLabel* state_;
    QToolButton *save_, *missing_, *remove_;
    widgets::LabelledSheetView* view_;
    QTimer refreshSoon_;
    int drawn_ = 0;  ///< the sheet that the view has
    QSet<int> lost_; ///< cells of the shown sheet whose files are not there any more
};

} // namespace scalekv::ui
