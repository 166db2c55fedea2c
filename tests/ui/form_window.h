#pragma once

#include "tests/ui/model_desk.h"
#include "ui/generate/generate_form.h"

#include <QAction>
#include <QApplication>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>
#include <QUndoStack>
#include <QVBoxLayout>

/// The description of a large model that is not there: filling a form in needs no engine.
inline scalekv::ui::ModelSummary largeModel() {
    scalekv::ui::ModelSummary model;
    model.path = "/models/large";
    model.files.name = "Large";
    model.files.sizes = {"0.06M", "0.25M", "1M"};
    model.files.aspectRatios = {0.666, 1.0, 1.5};
    model.files.defaults = {.size = "1M", .cfg = 4, .tau = 1, .topK = 900, .topP = 0.97};
    model.files.examples = {"a lake", "a hill"};
    model.layers = 32;
    model.pixelsPerToken = 16;
    model.parameters = 2000000000;
    return model;
}

/// A form in a window with the actions of an Edit menu.
struct FormWindow {
    ModelDesk desk; // first: the form refers to it
    explicit FormWindow(const scalekv::ui::ModelSummary& model)
        : form(new scalekv::ui::GenerateForm(undo, desk.models, &window)) {
        auto* column = new QVBoxLayout(&window);
        column->setContentsMargins(0, 0, 0, 0);
        outside = new QPushButton("Outside", &window);
        column->addWidget(form);
        column->addWidget(outside);
        QAction* undoAction = undo.createUndoAction(&window);
        undoAction->setShortcut(QKeySequence::Undo);
        QAction* redoAction = undo.createRedoAction(&window);
        redoAction->setShortcut(QKeySequence::Redo);
        window.addActions({undoAction, redoAction});
        form->setModel(model);
        window.resize(320, 1000);
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
    }
    template <typename T>
    T* find(const char* name) {
        return form->findChild<T*>(QLatin1String(name));
    }
    void press(QKeySequence::StandardKey key) {
        QTest::keySequence(QApplication::focusWidget(), QKeySequence(key));
    }
    void type(QWidget* field, const QString& keys) {
        field->setFocus();
        QTest::keyClicks(field, keys);
    }
    /// Writes over what a line edit or number box holds.
    void enter(QWidget* field, const QString& keys) {
        field->setFocus();
        QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(field, keys);
    }
    QString prompt() { return find<QPlainTextEdit>("prompt")->toPlainText(); }

    QUndoStack undo;
    QWidget window;
    scalekv::ui::GenerateForm* form;
    QPushButton* outside;
};
