#pragma once

#include <QPointer>
#include <QScrollArea>

namespace scalekv::widgets {

/// Scrolls its contents up and down, never sideways: it is always as wide as they need, so nothing is cut
/// off. The field that is typed into stays in sight, whatever grows above it or around the area.
class ColumnScrollArea : public QScrollArea {
    Q_OBJECT
public:
    explicit ColumnScrollArea(QWidget* contents, QWidget* parent = nullptr);

    QSize minimumSizeHint() const override;
    QSize sizeHint() const override;

    /// Scrolls no further than it takes to have all of a field in sight, if it is of the contents.
    void showWholly(QWidget* field);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void noteFocus();
    void keepInSight();

    QPointer<QWidget> field_; ///< that has the focus, and was in sight when anybody looked last
};

} // namespace scalekv::widgets
