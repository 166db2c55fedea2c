#pragma once

#include "scalekv/vocabulary.h"

#include <QDialog>

class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace scalekv::widgets {
class WrappedLabel;
}

namespace scalekv::ui {

/// All that a small model has learnt, as two lists: an object and a colour make a prompt. Enter and a double
/// click take it, with Ctrl they also ask for the picture.
class VocabularyDialog : public QDialog {
    Q_OBJECT
public:
    /// `prompt`: what is chosen at first, if it is one of the model's own.
    VocabularyDialog(const Vocabulary& vocabulary, const QString& prompt, QWidget* parent = nullptr);

    QString prompt() const;
    bool isGenerateWanted() const { return generate_; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void fill();
    void chooseThoseIn(const QString& prompt);
    void filter();
    void sayNote(bool known);
    void take(bool generate);

    Vocabulary vocabulary_;
    QLineEdit* search_;
    QListWidget *objects_, *colours_;
    widgets::WrappedLabel *note_, *shown_;
    QListWidgetItem *wantedObject_ = nullptr, *wantedColour_ = nullptr; ///< as the user has chosen last
    bool filtering_ = false, generate_ = false;
};

} // namespace scalekv::ui
