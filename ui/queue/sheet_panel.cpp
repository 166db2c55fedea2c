#include "ui/queue/sheet_panel.h"

#include "scalekv/file_stem.h"
#include "ui/shell/undo_offer.h"
#include "ui/text/unit_text.h"
#include "widgets/eliding_combo_box.h"
#include "widgets/focus_buttons.h"
#include "widgets/icon.h"
#include "widgets/labelled_sheet_view.h"

#include <QImageReader>
#include <QLabel>
#include <QSignalBlocker>
#include <QUndoCommand>
#include <QVBoxLayout>
#include <QtConcurrent>

#include <algorithm>
#include <cmath>

namespace scalekv::ui {
namespace {

constexpr double kMostPixels = 64e6 / 4; // of all pictures of the sheet that is shown
constexpr int kLargest = 512;            // of one of them

int sideFor(int cells) {
    return std::clamp(int(std::sqrt(kMostPixels / std::max(1, cells))), 48, kLargest);
}

QImage bounded(const QImage& picture, int side) {
    return std::max(picture.width(), picture.height()) > side
               ? picture.scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation)
               : picture;
}

/// A sheet goes; its pictures stay where they are.
class RemoveSheet : public QUndoCommand {
public:
    RemoveSheet(SheetList& sheets, int id)
        : QUndoCommand(SheetPanel::tr("removing a sheet")), sheets_(sheets), id_(id) {}
    void redo() override {
        row_ = sheets_.rowOf(id_);
        sheet_ = sheets_.take(id_);
    }
    void undo() override {
        if (sheet_.cells() > 0)
            sheets_.insert(std::clamp(row_, 0, int(sheets_.all().size())), sheet_);
    }

private:
    SheetList& sheets_;
    PictureSheet sheet_;
    int id_, row_ = 0;
};

} // namespace

SheetPanel::SheetPanel(const Desk& desk, QWidget* parent)
    : QWidget(parent), desk_(desk), choice_(new widgets::ElidingComboBox(this)), state_(new QLabel(this)),
      save_(new widgets::FocusToolButton(this)), missing_(new widgets::FocusToolButton(this)),
      remove_(new widgets::FocusToolButton(this)), view_(new widgets::LabelledSheetView(this)) {
    choice_->setObjectName(QStringLiteral("sheets"));
    choice_->setAccessibleName(tr("Sheet"));
    state_->setForegroundRole(QPalette::PlaceholderText);
    view_->setObjectName(QStringLiteral("sheet"));
    view_->setEmptyText(tr("Grids over two settings stand here: “Batch…” in Generate makes them."));
    save_->setObjectName(QStringLiteral("saveSheet"));
    save_->setIcon(widgets::icon(QStringLiteral("save")));
    save_->setToolTip(tr("Save the sheet, with its labels, as one picture…"));
    save_->setAccessibleName(tr("Save the sheet"));
    missing_->setObjectName(QStringLiteral("makeMissing"));
    missing_->setText(tr("Make the rest"));
    missing_->setToolTip(tr("Put the pictures that are missing into the queue"));
    remove_->setIcon(widgets::icon(QStringLiteral("remove")));
    remove_->setToolTip(tr("Remove the sheet; its pictures stay"));
    remove_->setAccessibleName(tr("Remove the sheet"));
    auto* head = new QHBoxLayout;
    head->addWidget(choice_, 1);
    head->addWidget(missing_);
    head->addWidget(save_);
    head->addWidget(remove_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 4);
    column->addLayout(head);
    column->addWidget(state_);
    column->addWidget(view_, 1);

    connect(choice_, &QComboBox::currentIndexChanged, this, &SheetPanel::show);
    connect(save_, &QToolButton::clicked, this, &SheetPanel::save);
    connect(missing_, &QToolButton::clicked, this, &SheetPanel::makeMissing);
    connect(remove_, &QToolButton::clicked, this, &SheetPanel::remove);
    connect(&desk_.sheets, &SheetList::added, this, &SheetPanel::fillChoice);
    connect(&desk_.sheets, &SheetList::taken, this, &SheetPanel::fillChoice);
    connect(&desk_.sheets, &SheetList::cellChanged, this, [this](int id, int cell) {
        if (!shown() || shown()->id != id)
            return;
        lost_.remove(cell);
        refreshCell(cell, states());
        readPicture(cell);
        refreshSoon_.start();
    });
    // A list changes piece by piece.
    refreshSoon_.setSingleShot(true);
    refreshSoon_.setInterval(0);
    connect(&refreshSoon_, &QTimer::timeout, this, &SheetPanel::refresh);
    connect(&desk_.queue, &WorkQueue::changed, this, [this] { refreshSoon_.start(); });
    fillChoice();
}

const PictureSheet* SheetPanel::shown() const {
    return desk_.sheets.find(choice_->currentData().toInt());
}

/// A new sheet is the one that is looked at.
void SheetPanel::fillChoice() {
    const int before = choice_->currentData().toInt();
    const int newest = choice_->itemData(0).toInt();
    {
        const QSignalBlocker blocker(choice_);
        choice_->clear();
        for (const PictureSheet& sheet : desk_.sheets.all())
            choice_->addItem(sheet.title, sheet.id);
        const int now = choice_->itemData(0).toInt();
        choice_->setCurrentIndex(now > newest ? 0 : std::max(0, choice_->findData(before)));
    }
    if (choice_->count() == 0)
        choice_->setCurrentIndex(-1);
    show();
}

void SheetPanel::show() {
    lost_.clear();
    const PictureSheet* sheet = shown();
    widgets::LabelledSheet figure;
    if (sheet) {
        figure.title = sheet->title;
        figure.columnAxis = sheet->columnAxis;
        figure.rowAxis = sheet->rowAxis;
        figure.columns = sheet->columns;
        figure.rows = sheet->rows;
        const States known = states();
        for (int cell = 0; cell < sheet->cells(); ++cell)
            figure.cells += contents(cell, known);
        const double ratio = sheet->requests.front().aspectRatio;
        figure.cellShape = {1, ratio > 0 ? ratio : 1};
    }
    view_->setSheet(figure);
    drawn_ = sheet ? sheet->id : 0;
    if (sheet) {
        for (int cell = 0; cell < sheet->cells(); ++cell)
            readPicture(cell);
    }
    refresh();
}

/// How the pictures stand that are not made, by the first cell of each.
SheetPanel::States SheetPanel::states() const {
    States known;
    const PictureSheet* sheet = shown();
    for (const QueuedWork& work : desk_.queue.list().all()) {
        if (sheet && work.cell && work.cell->sheet == sheet->id)
            known.insert(sheet->firstLike(work.cell->cell), work.state);
    }
    return known;
}

/// What is known of a cell at this moment.
widgets::SheetCell SheetPanel::contents(int cell, const States& states) const {
    const PictureSheet& sheet = *shown();
    const int columns = int(sheet.columns.size());
    const QImage there =
        drawn_ == sheet.id ? view_->sheet().cell(cell / columns, cell % columns).picture : QImage();
    if (!sheet.pictures[cell].isNull())
        return {bounded(sheet.pictures[cell], sideFor(sheet.cells())), {}};
    if (!sheet.files[cell].isEmpty())
        return {there, lost_.contains(cell) ? tr("its file is gone") : tr("…")};
    if (const auto state = states.constFind(sheet.firstLike(cell)); state != states.constEnd()) {
        switch (*state) {
        case WorkState::Running:
            return {{}, tr("in the making")};
        case WorkState::Waiting:
            return {{}, tr("waiting")};
        case WorkState::Held:
            return {{}, tr("held")};
        case WorkState::Stopped:
            return {{}, tr("stopped")};
        case WorkState::Failed:
            return {{}, tr("failed")};
        }
    }
    return {there, there.isNull() ? tr("not made") : QString()};
}

void SheetPanel::refreshCell(int cell, const States& states) {
    const int columns = int(shown()->columns.size());
    const widgets::SheetCell now = contents(cell, states);
    if (view_->sheet().cell(cell / columns, cell % columns) != now)
        view_->setCell(cell / columns, cell % columns, now);
}

void SheetPanel::refresh() {
    const PictureSheet* sheet = shown();
    if (sheet) {
        const States known = states();
        const int columns = int(sheet->columns.size());
        for (int cell = 0; cell < sheet->cells(); ++cell) {
            if (view_->sheet().cell(cell / columns, cell % columns).picture.isNull())
                refreshCell(cell, known);
        }
    }
    const auto missing = missingCells().size();
    state_->setText(sheet ? tr("%1 of %2 made").arg(sheet->made() - int(lost_.size())).arg(sheet->cells())
                          : QString());
    state_->setVisible(sheet != nullptr);
    for (QWidget* field :
         {static_cast<QWidget*>(choice_), static_cast<QWidget*>(save_), static_cast<QWidget*>(remove_)})
        field->setVisible(sheet != nullptr);
    missing_->setVisible(missing > 0);
    missing_->setEnabled(desk_.session.hasModel());
    save_->setEnabled(sheet && sheet->made() > 0);
}

/// From its file, in the background.
void SheetPanel::readPicture(int cell) {
    const PictureSheet* sheet = shown();
    const QString file = sheet->files[cell];
    if (file.isEmpty() || lost_.contains(cell))
        return;
    const int id = sheet->id, columns = int(sheet->columns.size()), side = sideFor(sheet->cells());
    QtConcurrent::run([file, side] {
        return bounded(QImageReader(file).read(), side);
    }).then(this, [this, id, cell, columns](const QImage& picture) {
        if (!shown() || shown()->id != id)
            return;
        if (picture.isNull()) {
            lost_ += cell;
            refreshCell(cell, states());
        } else {
            view_->setCell(cell / columns, cell % columns, {picture, {}});
        }
        refreshSoon_.start();
    });
}

widgets::SheetImage SheetPanel::image() const {
    return widgets::toImage(view_->sheet(), std::max(64, view_->sheet().fullSide()), palette(), font());
}

void SheetPanel::save() {
    const widgets::SheetImage made = image();
    if (made.image.isNull()) {
        desk_.status.say(made.note);
        return;
    }
    desk_.pictures.saveFrameAs(made.image, QString::fromStdString(titleStem(shown()->title.toStdString())));
    if (!made.note.isEmpty())
        desk_.status.say(made.note);
}

/// That are neither made nor queued; of those of the same picture the first.
QVector<int> SheetPanel::missingCells() const {
    QVector<int> missing;
    const PictureSheet* sheet = shown();
    if (!sheet)
        return missing;
    QSet<int> queued;
    for (const QueuedWork& work : desk_.queue.list().all()) {
        if (work.cell && work.cell->sheet == sheet->id && work.isPending())
            queued += sheet->firstLike(work.cell->cell);
    }
    for (int cell = 0; cell < sheet->cells(); ++cell) {
        const bool made =
            (!sheet->files[cell].isEmpty() && !lost_.contains(cell)) || !sheet->pictures[cell].isNull();
        if (!made && sheet->firstLike(cell) == cell && !queued.contains(cell))
            missing += cell;
    }
    return missing;
}

void SheetPanel::makeMissing() {
    const PictureSheet* sheet = shown();
    if (!sheet)
        return;
    QVector<int> spent; // begun anew, they need not stand there twice
    for (const QueuedWork& work : desk_.queue.list().all()) {
        if (work.cell && work.cell->sheet == sheet->id && !work.isPending())
            spent += work.id;
    }
    QVector<QueuedWork> works;
    for (const int cell : missingCells())
        works += QueuedWork{.work = PictureWork{sheet->requests[std::size_t(cell)]},
                            .model = sheet->model,
                            .modelPath = sheet->modelPath,
                            .cell = SheetCell{sheet->id, cell}};
    desk_.queue.cancel(spent);
    desk_.queue.add(works);
}

void SheetPanel::remove() {
    const PictureSheet* sheet = shown();
    if (!sheet)
        return;
    const QString title = sheet->title;
    desk_.undo.push(new RemoveSheet(desk_.sheets, sheet->id));
    sayUndoable(desk_, tr("Removed the sheet “%1”; its pictures stay.").arg(title));
}

} // namespace scalekv::ui
