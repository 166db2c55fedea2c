#pragma once

#include <QWidget>

class QToolButton;

namespace scalekv::widgets {

/// A heading that shows and hides its contents.
class CollapsibleSection : public QWidget {
    Q_OBJECT
public:
    CollapsibleSection(const QString& title, QWidget* contents, QWidget* parent = nullptr);

    bool isExpanded() const;
    void setExpanded(bool expanded);
    /// As wide as the contents need, shown or not, so that opening the section does not push its neighbours.
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void expandedChanged(bool expanded);

private:
    QToolButton* heading_;
    QWidget* contents_;
};

} // namespace scalekv::widgets
