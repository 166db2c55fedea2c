#pragma once

#include <QStyledItemDelegate>

namespace scalekv::widgets {

/// Paints a frame of the filmstrip: thumbnail (or an outline where it is still to come) and its label.
class FilmstripDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace scalekv::widgets
