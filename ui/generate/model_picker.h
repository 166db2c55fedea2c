#pragma once

#include <QWidget>

class QComboBox;
class QToolButton;

namespace scalekv::ui {

class ModelOpener;

/// Which model draws: the demo, those used lately, or another one from the disk.
class ModelPicker : public QWidget {
    Q_OBJECT
public:
    explicit ModelPicker(ModelOpener& models, QWidget* parent = nullptr);

    QString chosenPath() const;
    QComboBox* box() const { return box_; }

private:
    void fill();

    ModelOpener& models_;
    QComboBox* box_;
    QToolButton* open_;
};

} // namespace scalekv::ui
