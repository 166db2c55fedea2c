#pragma once

#include <QDialog>

namespace scalekv::ui {

/// The user's guide in a window that may stay open beside the main one.
class HelpWindow : public QDialog {
    Q_OBJECT
public:
    explicit HelpWindow(QWidget* parent = nullptr);
};

} // namespace scalekv::ui
