#pragma once

#include <QString>

class QWidget;

namespace scalekv::ui {

/// A field of the form, and what is wrong with its contents: empty if nothing is.
struct FieldProblem {
    QWidget* field = nullptr;
    QString text = {};
};

} // namespace scalekv::ui
