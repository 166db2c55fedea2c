#pragma once

#include "scalekv/vocabulary.h"

#include <QObject>
#include <QStringList>

#include <vector>

class QCompleter;
class QStringListModel;

namespace scalekv::ui {

class PromptEdit;

/// Offers, below the cursor of a prompt, what the word being typed may become. Enter, Tab or a click takes
/// one, Escape closes the list, and typing simply goes on.
class PromptCompleter : public QObject {
    Q_OBJECT
public:
    explicit PromptCompleter(PromptEdit* edit);

    /// An empty vocabulary (any release) offers nothing.
    void setVocabulary(const Vocabulary& vocabulary) { vocabulary_ = vocabulary; }
    /// What is offered now; empty while nothing is.
    QStringList offered() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void offer();
    void take(const QString& text);
    /// The prompt up to the cursor, UTF-8.
    std::string typed() const;

    PromptEdit* edit_;
    QCompleter* completer_;
    QStringListModel* model_;
    Vocabulary vocabulary_;
    std::vector<Completion> completions_;
    std::string offeredFor_; ///< the prompt up to the cursor that they are for
    bool taking_ = false;
};

} // namespace scalekv::ui
