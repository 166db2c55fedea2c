#pragma once

#include "scalekv/vocabulary.h"

#include <QLabel>

namespace scalekv::ui {

class PromptEdit;

/// Names, in one friendly line, the words of a prompt that a small model has never seen. Hidden while there
/// is none; the picture can be made all the same.
class UnknownWordsLabel : public QLabel {
    Q_OBJECT
public:
    explicit UnknownWordsLabel(PromptEdit* prompt, QWidget* parent = nullptr);

    void setVocabulary(const Vocabulary& vocabulary);
    /// The line, for these words; empty for none.
    static QString textOf(const std::vector<std::string_view>& words);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void look();

    PromptEdit* prompt_;
    Vocabulary vocabulary_;
};

} // namespace scalekv::ui
