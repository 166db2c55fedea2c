#include "ui/generate/prompt_ideas.h"

#include "scalekv/prompt_form.h"
#include "ui/generate/vocabulary_dialog.h"
#include "widgets/focus_buttons.h"
#include "widgets/icon.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QRandomGenerator>

#include <algorithm>

namespace scalekv::ui {
namespace {

const std::string& anyOf(const std::vector<std::string>& list) {
    return list[std::size_t(QRandomGenerator::global()->bounded(quint64(list.size())))];
}

/// One that the model knows, other than `except` if there is another; empty: it says nothing of any.
QString randomPrompt(const Vocabulary& vocabulary, const std::vector<std::string>& examples,
                     const QString& except) {
    const bool composes = !promptForm(vocabulary).empty();
    if (!composes && examples.empty())
        return {};
    QString prompt = except;
    // Among two it takes a few tries; lists with one thing in them have no other.
    for (int tries = 0; tries < 64 && prompt == except; ++tries)
        prompt = QString::fromStdString(
            !composes ? anyOf(examples)
                      : promptOf(vocabulary, anyOf(vocabulary.objects),
                                 vocabulary.colours.empty() ? std::string() : anyOf(vocabulary.colours)));
    return prompt;
}

} // namespace

PromptIdeas::PromptIdeas(QWidget* parent)
    : QWidget(parent), dice_(new widgets::FocusToolButton(this)),
      menuButton_(new widgets::FocusToolButton(this)) {
    dice_->setObjectName(QStringLiteral("surprise"));
    dice_->setIcon(widgets::icon(QStringLiteral("dice")));
    dice_->setAccessibleName(tr("Surprise me"));
    dice_->setAutoRaise(true);
    connect(dice_, &QToolButton::clicked, this, &PromptIdeas::surprise);
    menuButton_->setObjectName(QStringLiteral("examples"));
    menuButton_->setText(tr("Examples"));
    menuButton_->setToolTip(tr("Prompts that this model draws well"));
    menuButton_->setPopupMode(QToolButton::InstantPopup);
    menuButton_->setAutoRaise(true);
    menuButton_->setMenu(new QMenu(menuButton_));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2);
    row->addWidget(dice_);
    row->addWidget(menuButton_);
    setModel({});
}

void PromptIdeas::setModel(const ModelFiles& files) {
    vocabulary_ = files.vocabulary;
    examples_ = files.examples;
    const bool composes = !promptForm(vocabulary_).empty();
    dice_->setEnabled(composes || !examples_.empty());
    dice_->setToolTip(composes             ? tr("Surprise me: a prompt of something that this model knows")
                      : dice_->isEnabled() ? tr("Surprise me: one of the examples")
                                           : tr("This model says nothing of what it draws well"));
    QMenu* menu = menuButton_->menu();
    menu->clear();
    for (const std::string& example : examples_) {
        const QString text = QString::fromStdString(example);
        menu->addAction(QString(text).replace(QLatin1Char('&'), QLatin1String("&&")), this,
                        [this, text] { Q_EMIT chosen(text, tr("choosing an example")); });
    }
    if (composes) {
        menu->addSeparator();
        menu->addAction(tr("&Browse what it knows…"), this, &PromptIdeas::browse);
    }
    menuButton_->setVisible(!menu->isEmpty());
}

void PromptIdeas::surprise() {
    const QString prompt = randomPrompt(vocabulary_, examples_, prompt_);
    if (!prompt.isEmpty())
        Q_EMIT chosen(prompt, tr("the surprise"));
}

void PromptIdeas::browse() {
    VocabularyDialog dialog(vocabulary_, prompt_, window());
    if (dialog.exec() != QDialog::Accepted)
        return;
    Q_EMIT chosen(dialog.prompt(), tr("choosing what the model knows"));
    if (dialog.isGenerateWanted())
        Q_EMIT generateWanted();
}

} // namespace scalekv::ui
