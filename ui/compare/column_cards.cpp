#include "ui/compare/column_cards.h"

#include "widgets/comparison_view.h"
#include "widgets/elided_label.h"
#include "widgets/focus_buttons.h"
#include "widgets/icon.h"
#include "widgets/problem_colours.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QVBoxLayout>

namespace scalekv::ui {
namespace {
constexpr int kSteps = 1000;
constexpr int kProgressHeight = 4;
} // namespace

ColumnCard::ColumnCard(QWidget* parent)
    : QFrame(parent), name_(new widgets::ElidedLabel(this)), note_(new widgets::ElidedLabel(this)),
      chip_(new QLabel(this)), more_(new widgets::FocusToolButton(this)),
      remove_(new widgets::FocusToolButton(this)), progress_(new QProgressBar(this)) {
    setFocusPolicy(Qt::StrongFocus);
    QFont bold = font();
    bold.setBold(true);
    name_->setFont(bold);
    note_->setForegroundRole(QPalette::PlaceholderText);
    chip_->setForegroundRole(QPalette::WindowText);
    chip_->setTextFormat(Qt::PlainText);
    more_->setText(QStringLiteral("⋯"));
    more_->setAutoRaise(true);
    more_->setToolTip(tr("What can be done with this column"));
    more_->setAccessibleName(more_->toolTip());
    remove_->setIcon(widgets::icon(QStringLiteral("close")));
    remove_->setAutoRaise(true);
    remove_->setIconSize({12, 12});
    remove_->setToolTip(tr("Take this column out of the comparison; its picture stays in the history"));
    remove_->setAccessibleName(tr("Remove the column"));
    progress_->setRange(0, kSteps);
    progress_->setTextVisible(false);
    progress_->setFixedHeight(kProgressHeight);
    QSizePolicy keeps = progress_->sizePolicy();
    keeps.setRetainSizeWhenHidden(true);
    progress_->setSizePolicy(keeps);
    progress_->hide();

    auto* first = new QHBoxLayout;
    first->setSpacing(4);
    first->addWidget(name_, 1);
    first->addWidget(chip_);
    first->addWidget(more_);
    first->addWidget(remove_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 4, 4, 3);
    column->setSpacing(1);
    column->addLayout(first);
    column->addWidget(note_);
    column->addWidget(progress_);
}

void ColumnCard::setContents(const Contents& contents) {
    contents_ = contents;
    name_->setFullText(contents.name);
    note_->setFullText(contents.note);
    QPalette colours = palette();
    if (contents.problem)
        colours.setColor(QPalette::PlaceholderText, widgets::problemColours(palette()).text);
    note_->setPalette(colours);
    chip_->setText(contents.chip);
    progress_->setVisible(contents.progress >= 0);
    progress_->setValue(static_cast<int>(contents.progress * kSteps));
    setToolTip(contents.toolTip);
    setAccessibleName(contents.name);
    setAccessibleDescription(QStringList{contents.chip, contents.note}.join(QLatin1Char(' ')).trimmed());
    update();
}

void ColumnCard::paintEvent(QPaintEvent* /*event*/) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double width = hasFocus() ? 2.5 : contents_.chosen ? 1.5 : 1;
    painter.setBrush(palette().color(QPalette::Base));
    painter.setPen(
        QPen(palette().color(contents_.chosen || hasFocus() ? QPalette::Highlight : QPalette::Mid), width));
    painter.drawRoundedRect(QRectF(rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2), 4, 4);
}

void ColumnCard::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    pressed_ = event->pos();
    Q_EMIT chosen();
}

void ColumnCard::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons().testFlag(Qt::LeftButton) &&
        (event->pos() - pressed_).manhattanLength() >= QApplication::startDragDistance())
        Q_EMIT dragged(mapToParent(event->pos()));
}

void ColumnCard::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter:
        Q_EMIT chosen();
        return;
    case Qt::Key_Delete:
        remove_->click();
        return;
    case Qt::Key_Menu:
        more_->click();
        return;
    default:
        QFrame::keyPressEvent(event);
    }
}

void ColumnCard::focusInEvent(QFocusEvent* event) {
    QFrame::focusInEvent(event);
    update();
}

void ColumnCard::focusOutEvent(QFocusEvent* event) {
    QFrame::focusOutEvent(event);
    update();
}

ColumnCards::ColumnCards(ColumnSet& set, QWidget* parent) : QWidget(parent), set_(set) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize ColumnCards::sizeHint() const {
    const int lines = 2 * fontMetrics().height() + kProgressHeight;
    return {640, cards_.isEmpty() ? lines + 18 : cards_.constFirst()->sizeHint().height()};
}

ColumnCard* ColumnCards::card(int id) const {
    const qsizetype index = ids_.indexOf(id);
    return index < 0 ? nullptr : cards_.at(index);
}

void ColumnCards::arrange(const QVector<int>& ids) {
    if (ids == ids_)
        return;
    ids_ = ids;
    while (cards_.size() > ids.size())
        cards_.takeLast()->deleteLater();
    while (cards_.size() < ids.size()) {
        auto* card = new ColumnCard(this);
        const qsizetype index = cards_.size();
        cards_ += card;
        connect(card, &ColumnCard::chosen, this, [this, index] {
            dragged_ = ids_.value(index);
            set_.choose(dragged_);
        });
        connect(card->removeButton(), &QToolButton::clicked, this,
                [this, index] { Q_EMIT removeRequested(ids_.value(index)); });
        connect(card->menuButton(), &QToolButton::clicked, this, [this, index, card] {
            const QToolButton* button = card->menuButton();
            Q_EMIT menuRequested(ids_.value(index), button->mapToGlobal(QPoint(0, button->height())));
        });
        connect(card, &ColumnCard::dragged, this, [this](QPoint at) {
            for (qsizetype i = 0; i < cards_.size(); ++i) {
                if (ids_.value(i) != dragged_ && cards_.at(i)->geometry().contains(at))
                    Q_EMIT moveRequested(dragged_, ids_.value(i));
            }
        });
        card->show();
    }
    updateGeometry();
    place();
}

void ColumnCards::resizeEvent(QResizeEvent* /*event*/) {
    place();
}

void ColumnCards::place() {
    for (int i = 0; i < cards_.size(); ++i) {
        QRect span = widgets::ComparisonView::columnSpan(i, static_cast<int>(cards_.size()), width());
        span.setHeight(height());
        cards_.at(i)->setGeometry(span);
    }
}

} // namespace scalekv::ui
