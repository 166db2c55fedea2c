#pragma once

#include "scalekv/model_files.h"

#include <QWidget>

class QToolButton;

namespace scalekv::ui {

/// Prompts that a model draws well, for who has none: the author's examples, one at random, and all that a
/// small model has learnt, to choose from.
class PromptIdeas : public QWidget {
    Q_OBJECT
public:
    explicit PromptIdeas(QWidget* parent = nullptr);

    void setModel(const ModelFiles& files);
    /// What stands in the prompt: no surprise is the same, and browsing begins there.
    void setPrompt(const QString& prompt) { prompt_ = prompt; }

Q_SIGNALS:
    /// `what` goes on after "Undo".
    void chosen(const QString& prompt, const QString& what);
    void generateWanted();

private:
    void surprise();
    void browse();

    Vocabulary vocabulary_;
    std::vector<std::string> examples_;
    QString prompt_;
    QToolButton *dice_, *menuButton_;
};

} // namespace scalekv::ui
