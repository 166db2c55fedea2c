#pragma once

#include <QScrollArea>

namespace scalekv::widgets {

/// Scrolls its contents up and down, never sideways: it is always as wide as they need, so nothing is cut
/// off.
class ColumnScrollArea : public QScrollArea {
    Q_OBJECT
public:
    explicit ColumnScrollArea(QWidget* contents, QWidget* parent = nullptr);

    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

} // namespace scalekv::widgets
