#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace scalekv::ui {

/// What stands in Compare while nothing is compared: what one can begin with.
class CompareStartPage : public QWidget {
    Q_OBJECT
public:
    explicit CompareStartPage(QWidget* parent = nullptr);

    /// Whether there is a picture in the history.
    void setHasRuns(bool any);

Q_SIGNALS:
    void fullRequested();
    void allRequested();
    void picturesRequested();

private:
    QLabel* hint_;
    QPushButton *full_, *all_;
};

} // namespace scalekv::ui
