#include "ui/compare/many_form.h"

#include "scalekv/error.h"
#include "scalekv/feasible_choices.h"
#include "ui/shell/usual_folder.h"
#include "ui/text/budget_text.h"
#include "ui/text/policy_text.h"
#include "ui/text/unit_text.h"
#include "widgets/column_scroll_area.h"
#include "widgets/focus_buttons.h"
#include "widgets/tab_order.h"
#include "widgets/text_only_edit.h"
#include "widgets/wheel_guard.h"
#include "widgets/wrapped_label.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>
#include <QSettings>
#include <QVBoxLayout>
#include <QtConcurrent>

#include <utility>

namespace scalekv::ui {
namespace {

constexpr char kUsualSeeds[] = "1";

constexpr char kPromptsKey[] = "compare/many/prompts", kSeedsKey[] = "compare/many/seeds",
               kBudgetsKey[] = "compare/many/budgets", kPoliciesKey[] = "compare/many/policies",
               kFolderKey[] = "compare/many/folder", kModeKey[] = "compare/many/mode";

QStringList words(const QString& text) {
    static const QRegularExpression separators(QStringLiteral("[,;\\s]+"));
    return text.split(separators, Qt::SkipEmptyParts);
}

QString modeText(ComparisonMode mode) {
    switch (mode) {
    case ComparisonMode::TeacherForced:
        return ManyForm::tr("KL only: no pictures, half the time");
    case ComparisonMode::Free:
        return ManyForm::tr("Pictures only: PSNR, SSIM, bits");
    case ComparisonMode::Both:
        return ManyForm::tr("Pictures and teacher-forced KL");
    }
    return {};
}

/// All of it stands in the button's tooltip.
QString firstLines(const QString& text) {
    constexpr qsizetype kMost = 2;
    const QStringList lines = text.split(QLatin1Char('\n'));
    return lines.size() <= kMost ? text
                                 : ManyForm::tr("%1\nAnd %2 more: hold the pointer over the button.")
                                       .arg(lines.mid(0, kMost).join(QLatin1Char('\n')))
                                       .arg(lines.size() - kMost);
}

} // namespace

ManyForm::ManyForm(Planner planner, QWidget* parent)
    : QWidget(parent), planner_(std::move(planner)), prompts_(new widgets::TextOnlyEdit(this)),
      seeds_(new QLineEdit(QLatin1String(kUsualSeeds), this)),
      budgets_(new QLineEdit(QStringLiteral("4%, 10%, 20%"), this)), folder_(new QLineEdit(this)),
      policies_(new QListWidget(this)), mode_(new QComboBox(this)),
      byLayer_(new QCheckBox(tr("also KL by layer"), this)),
      anew_(new QCheckBox(tr("Start anew: replace what it holds"), this)),
      summary_(new widgets::WrappedLabel(widgets::WrappedLabel::Tone::Faint, this)),
      start_(new widgets::FocusPushButton(tr("Start"), this)),
      open_(new widgets::FocusPushButton(tr("Open results…"), this)),
      useExamples_(new widgets::FocusPushButton(tr("Use the model's examples"), this)),
      chooseFolder_(new QPushButton(tr("…"), this)) {
    prompts_->setObjectName(QStringLiteral("manyPrompts"));
    prompts_->setPlaceholderText(tr("One prompt a line"));
    prompts_->setTabChangesFocus(true);
    prompts_->setLineWrapMode(QPlainTextEdit::NoWrap);
    prompts_->setMinimumHeight(4 * fontMetrics().lineSpacing());
    prompts_->setSizePolicy(QSizePolicy::Expanding,
                            QSizePolicy::Ignored); // what the rest leaves, down to that
    seeds_->setObjectName(QStringLiteral("manySeeds"));
    seeds_->setToolTip(tr("Every prompt is made with every seed: 1, 2, 3"));
    budgets_->setObjectName(QStringLiteral("manyBudgets"));
    budgets_->setToolTip(tr("Every policy runs with every budget: shares of the full cache (10%), tokens "
                            "(650) or bytes (3.5 MiB)"));
    folder_->setObjectName(QStringLiteral("manyFolder"));
    folder_->setToolTip(tr(
        "Figures, pictures and the report come into this folder, picture by picture: a comparison that was "
        "stopped goes on there, also with `scalekv compare`"));
    policies_->setObjectName(QStringLiteral("manyPolicies"));
    policies_->setAccessibleName(tr("Policies"));
    for (const std::string_view name : evictingPolicyNames()) {
        auto* item = new QListWidgetItem(policyTitle(name), policies_);
        item->setData(Qt::UserRole, QString::fromUtf8(name.data(), qsizetype(name.size())));
        item->setToolTip(policySentence(name));
        item->setCheckState(name == kUsualPolicy || name == "scalekv" || name == "snapkv" ? Qt::Checked
                                                                                          : Qt::Unchecked);
    }
    for (const ComparisonMode mode :
         {ComparisonMode::Both, ComparisonMode::Free, ComparisonMode::TeacherForced})
        mode_->addItem(modeText(mode), int(mode));
    mode_->setObjectName(QStringLiteral("manyMode"));
    widgets::guardWheel(mode_);
    mode_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    summary_->setObjectName(QStringLiteral("manySummary"));
    anew_->setObjectName(QStringLiteral("manyAnew"));
    anew_->setToolTip(tr("Earlier results in the folder are written over, instead of going on with them"));
    byLayer_->setToolTip(tr("As many more runs a picture as the model has layers"));
    start_->setObjectName(QStringLiteral("manyStart"));
    open_->setObjectName(QStringLiteral("manyOpen"));
    open_->setToolTip(
        tr("Show what a folder of a comparison holds, made here or by `scalekv compare`, and go on with it"));

    chooseFolder_->setAccessibleName(tr("Choose the folder"));
    chooseFolder_->setFixedWidth(32);
    auto* folderRow = new QHBoxLayout;
    folderRow->addWidget(folder_, 1);
    folderRow->addWidget(chooseFolder_);
    auto* form = new QFormLayout;
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->addRow(tr("&Seeds"), seeds_);
    form->addRow(tr("&Budgets"), budgets_);
    form->addRow(tr("&Measure"), mode_);
    form->addRow(QString(), byLayer_);
    form->addRow(tr("Folder"), folderRow);
    form->addRow(QString(), anew_);
    auto* title = new QLabel(tr("&Prompts"), this);
    title->setBuddy(prompts_);
    auto* head = new QHBoxLayout;
    head->addWidget(title, 1);
    head->addWidget(useExamples_);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    buttons->addWidget(start_, 1);
    buttons->addWidget(open_);
    auto* fields = new QWidget;
    auto* column = new QVBoxLayout(fields);
    column->setContentsMargins(10, 4, 10, 4);
    column->addLayout(head);
    column->addWidget(prompts_, 1);
    column->addWidget(new QLabel(tr("Policies, against the full cache"), fields));
    policies_->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents); // all of them are seen
    policies_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    policies_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    policies_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(policies_);
    column->addLayout(form);
    // What will be done, or why not, and the button for it are always in sight.
    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(10, 4, 10, 6);
    foot->setSpacing(4);
    foot->addWidget(summary_);
    foot->addLayout(buttons);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(0);
    whole->addWidget(new widgets::ColumnScrollArea(fields, this), 1);
    whole->addLayout(foot);
    widgets::tabAsDrawn(this);

    lookSoon_.setSingleShot(true);
    lookSoon_.setInterval(150);
    connect(&lookSoon_, &QTimer::timeout, this, &ManyForm::lookIntoFolder);
    for (QLineEdit* line : {seeds_, budgets_})
        connect(line, &QLineEdit::textChanged, this, &ManyForm::check);
    connect(folder_, &QLineEdit::textChanged, this, &ManyForm::folderChanged);
    connect(prompts_, &QPlainTextEdit::textChanged, this, &ManyForm::check);
    connect(policies_, &QListWidget::itemChanged, this, &ManyForm::check);
    connect(mode_, &QComboBox::currentIndexChanged, this, &ManyForm::check);
    connect(byLayer_, &QCheckBox::toggled, this, &ManyForm::check);
    connect(anew_, &QCheckBox::toggled, this, &ManyForm::check);
    connect(useExamples_, &QPushButton::clicked, this,
            [this] { prompts_->setPlainText(examples_.join(QLatin1Char('\n'))); });
    connect(chooseFolder_, &QPushButton::clicked, this, [this] {
        if (const QString folder = askForFolder(tr("Compare into a folder")); !folder.isEmpty())
            setFolder(folder);
    });
    connect(open_, &QPushButton::clicked, this, [this] {
        if (const QString folder = askForFolder(tr("Open results of a comparison")); !folder.isEmpty())
            Q_EMIT openRequested(folder);
    });
    connect(start_, &QPushButton::clicked, this, [this] {
        if (running_)
            Q_EMIT stopRequested();
        else if (problem().isEmpty())
            Q_EMIT startRequested();
    });
    check();
}

QString ManyForm::askForFolder(const QString& title) {
    const QString before = folder().isEmpty() ? usualFolder(QStandardPaths::DocumentsLocation) : folder();
    return QFileDialog::getExistingDirectory(window(), title, before);
}

void ManyForm::setModel(const ModelSummary& model) {
    model_ = model;
    planned_.clear();
    examples_.clear();
    for (const std::string& example : model.files.examples)
        examples_ += QString::fromStdString(example);
    useExamples_->setVisible(!examples_.isEmpty());
    if (request_.prompts.empty())
        request_ = recommendedRequest(model.files);
    folderChanged(); // what it holds may be another model's
}

void ManyForm::setRequest(const GenerationRequest& request) {
    request_ = request;
    if (prompts_->toPlainText().trimmed().isEmpty() && !request.prompts.empty()) {
        prompts_->setPlainText(QString::fromStdString(request.prompts.front()));
        if (seeds_->text() == QLatin1String(kUsualSeeds))
            seeds_->setText(QString::number(request.seed));
    }
    check();
}

void ManyForm::setSettings(const ComparisonSettings& settings) {
    request_ = settings.request;
    QStringList prompts, seeds, budgets;
    for (const std::string& prompt : settings.request.prompts)
        prompts += QString::fromStdString(prompt);
    for (const std::uint64_t seed : settings.seeds)
        seeds += QString::number(seed);
    QStringList names;
    for (const PolicyChoice& choice : settings.choices) {
        names += QString::fromStdString(choice.name);
        if (const QString budget = budgetText(choice.budget); choice.evicts() && !budgets.contains(budget))
            budgets += budget;
    }
    prompts_->setPlainText(prompts.join(QLatin1Char('\n')));
    seeds_->setText(seeds.join(QStringLiteral(", ")));
    budgets_->setText(budgets.join(QStringLiteral(", ")));
    for (int i = 0; i < policies_->count(); ++i) {
        QListWidgetItem* item = policies_->item(i);
        item->setCheckState(names.contains(item->data(Qt::UserRole).toString()) ? Qt::Checked
                                                                                : Qt::Unchecked);
    }
    mode_->setCurrentIndex(mode_->findData(int(settings.mode)));
    byLayer_->setChecked(settings.klByLayer);
    check(); // the size alone may be another
}

void ManyForm::setResults(const QString& folder, const FoundResults& results) {
    lookSoon_.stop();
    ++looks_; // this is newer
    look_ = Look{.folder = folder, .found = results, .shownAs = written()};
    check();
}

void ManyForm::folderChanged() {
    if (isVisible()) // else it is looked into when it is seen
        lookSoon_.start();
    check();
}

void ManyForm::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    lookIntoFolder(); // it may have changed since
}

void ManyForm::lookIntoFolder() {
    lookSoon_.stop();
    const int mine = ++looks_;
    if (folder().isEmpty())
        return;
    QtConcurrent::run(findResults, folder(), model_.weights)
        .then(this, [this, mine, folder = folder()](const FoundResults& found) {
            if (mine != looks_)
                return;
            Look look{.folder = folder, .found = found};
            const bool same = isLookedInto() && look_->found.comparison && found.comparison &&
                              look_->found.comparison->settings == found.comparison->settings;
            if (same) // also while something else is asked for: it may be taken back
                look.shownAs = look_->shownAs;
            look_ = look;
            check();
        });
}

bool ManyForm::isLookedInto() const {
    return look_ && QDir(look_->folder) == QDir(folder());
}

bool ManyForm::holdsResults() const {
    return !folder().isEmpty() && isLookedInto() && look_->found.any;
}

/// Those in the folder, where they are what the form asks for; null: they are not, or there are none.
const ComparisonSettings* ManyForm::results() const {
    if (!holdsResults() || !look_->found.comparison)
        return nullptr;
    const ComparisonSettings& settings = look_->found.comparison->settings;
    const ComparisonSettings wanted = written();
    return (look_->shownAs && *look_->shownAs == wanted) || asksTheSame(settings, wanted) ? &settings
                                                                                          : nullptr;
}

/// Why nothing can be made into the folder, in a sentence; empty: it can.
QString ManyForm::folderProblem() const {
    if (folder().isEmpty())
        return tr("Choose a folder for the results.");
    if (!isLookedInto())
        return tr("Looking into the folder…");
    if (!holdsResults() || anew_->isChecked())
        return {};
    const auto orAnew = [](const QString& why) {
        return tr("%1 Choose another folder, or tick “Start anew”.").arg(why);
    };
    const FoundResults& found = look_->found;
    if (found.comparison && !results())
        return tr("The folder holds results of other settings: choose another, or tick “Start anew”.");
    if (found.finished())
        return tr("All of this is made. Choose another folder for more, or tick “Start anew”.");
    if (!found.problem.isEmpty())
        return orAnew(tr("The folder holds results that cannot be gone on with. %1").arg(found.problem));
    return {};
}

bool ManyForm::startsAnew() const {
    return anew_->isChecked() && holdsResults();
}

bool ManyForm::lacksReportOnly() const {
    return !startsAnew() && results() && look_->found.comparison->complete() && !look_->found.reported;
}

QString ManyForm::folder() const {
    return folder_->text().trimmed();
}

void ManyForm::setFolder(const QString& folder) {
    folder_->setText(QDir::toNativeSeparators(folder));
}

std::vector<std::uint64_t> ManyForm::seeds(QString* problem) const {
    std::vector<std::uint64_t> seeds;
    for (const QString& word : words(seeds_->text())) {
        bool good = false;
        const quint64 seed = word.toULongLong(&good);
        if (!good) {
            *problem = tr("Seeds: “%1” is not a whole number from 0.").arg(word);
            return {};
        }
        seeds.push_back(seed);
    }
    return seeds;
}

QVector<Budget> ManyForm::budgets(QString* problem) const {
    const ReadBudgets read = readBudgetList(budgets_->text());
    if (!read.problem.isEmpty())
        *problem = read.problem;
    return read.budgets;
}

ComparisonSettings ManyForm::settings() const {
    const ComparisonSettings* those = results();
    return those ? *those : written();
}

ComparisonSettings ManyForm::written() const {
    QString ignored;
    ComparisonSettings settings;
    settings.request = request_;
    settings.request.seed = {}; // neither is read
    settings.request.policy = {};
    settings.request.prompts.clear();
    for (const QString& line : prompts_->toPlainText().split(QLatin1Char('\n'))) {
        if (const QString prompt = line.trimmed(); !prompt.isEmpty())
            settings.request.prompts.push_back(prompt.toStdString());
    }
    settings.seeds = seeds(&ignored);
    for (const Budget& budget : budgets(&ignored)) {
        for (int i = 0; i < policies_->count(); ++i) {
            if (policies_->item(i)->checkState() == Qt::Checked) {
                PolicyChoice choice;
                choice.name = policies_->item(i)->data(Qt::UserRole).toString().toStdString();
                choice.budget = budget;
                settings.choices.push_back(choice);
            }
        }
    }
    settings.mode = ComparisonMode(mode_->currentData().toInt());
    settings.klByLayer = byLayer_->isChecked() && byLayer_->isEnabled();
    return settings;
}

QString ManyForm::problem() const {
    QString problem;
    seeds(&problem);
    if (problem.isEmpty())
        budgets(&problem);
    if (!problem.isEmpty())
        return problem;
    try {
        checkComparison(settings());
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    if (!running_ && (startsAnew() || !results()))
        if (QString wrong = choiceProblem(); !wrong.isEmpty())
            return wrong;
    return {};
}

std::vector<GenerationRequest> ManyForm::oneOfEach() const {
    const ComparisonSettings asked = settings();
    std::vector<GenerationRequest> requests(1 + asked.choices.size(), asked.request);
    for (std::size_t i = 0; i < requests.size(); ++i) {
        requests[i].prompts.resize(1); // one is made at a time
        requests[i].policy = i == 0 ? PolicyChoice() : asked.choices[i - 1];
    }
    return requests;
}

/// What one of the policies lacks, a larger budget say; empty: nothing. Not found out anew for every letter.
QString ManyForm::choiceProblem() const {
    std::vector<GenerationRequest> requests = oneOfEach();
    for (GenerationRequest& request : requests)
        request.prompts = {"any"};
    if (requests == planned_)
        return plannedProblem_;
    std::vector<PolicyChoice> choices;
    choices.reserve(requests.size());
    for (const GenerationRequest& request : requests)
        choices.push_back(request.policy);
    const FeasibleChoices found = feasibleChoices(choices, [&](const PolicyChoice& choice) {
        GenerationRequest request = requests.front();
        request.policy = choice;
        return planProblem(planner_, request).toStdString();
    });
    planned_ = std::move(requests);
    QStringList reasons;
    for (const FeasibleChoices::LeftOut& left : found.leftOut)
        reasons += tr("%1: %2").arg(policiesText(left.which), QString::fromStdString(left.why));
    plannedProblem_ = reasons.join(QLatin1Char('\n'));
    return plannedProblem_;
}

void ManyForm::setState(bool running, const QString& obstacle) {
    running_ = running;
    obstacle_ = obstacle;
    if (running)
        anew_->setChecked(false); // once
    check();
}

void ManyForm::check() {
    byLayer_->setEnabled(!running_ && ComparisonMode(mode_->currentData().toInt()) != ComparisonMode::Free);
    QString wrong = problem();
    bool mistaken = !wrong.isEmpty() && prompts_->document()->characterCount() > 1; // else it is just begun
    if (wrong.isEmpty() && !running_) {
        wrong = folderProblem();
        mistaken = !wrong.isEmpty() && holdsResults() && !(results() && look_->found.finished());
    }
    summary_->setTone(mistaken ? widgets::WrappedLabel::Tone::Problem : widgets::WrappedLabel::Tone::Faint);
    anew_->setVisible(holdsResults() && !running_);
    summary_->say(wrong.isEmpty() ? summaryText() : firstLines(wrong));
    start_->setText(buttonText());
    start_->setEnabled(running_ || (wrong.isEmpty() && obstacle_.isEmpty()));
    start_->setToolTip(running_               ? tr("What is finished stays in the folder (Esc)")
                       : !obstacle_.isEmpty() ? obstacle_
                                              : wrong);
    for (QWidget* field :
         {static_cast<QWidget*>(prompts_), static_cast<QWidget*>(policies_), static_cast<QWidget*>(seeds_),
          static_cast<QWidget*>(budgets_), static_cast<QWidget*>(mode_), static_cast<QWidget*>(folder_),
          static_cast<QWidget*>(chooseFolder_), static_cast<QWidget*>(useExamples_),
          static_cast<QWidget*>(open_)})
        field->setEnabled(!running_);
    Q_EMIT changed();
}

/// What the button would do.
QString ManyForm::buttonText() const {
    if (running_)
        return tr("Stop");
    if (startsAnew())
        return tr("Start anew");
    if (!results())
        return tr("Start");
    return look_->found.finished() ? tr("All is made")
           : lacksReportOnly()     ? tr("Write the report")
                                   : tr("Continue");
}

QString ManyForm::summaryText() const {
    if (!running_ && lacksReportOnly())
        return tr("All of this is made, but its report was not written.");
    // Runs are counted as the progress counts them: what is made already is not among them.
    Comparison asked;
    asked.settings = settings();
    const std::size_t all = runsLeft(asked, model_.layers);
    const std::size_t left = !running_ && results() && !anew_->isChecked()
                                 ? runsLeft(*look_->found.comparison, model_.layers)
                                 : all;
    const auto counted = [](std::size_t count, const QString& one, const QString& many) {
        return countedText(qsizetype(count), one, many);
    };
    const ComparisonSettings& what = asked.settings;
    QString work = counted(all, tr("run"), tr("runs"));
    if (what.free())
        work =
            tr("%1 in %2")
                .arg(counted(what.pairs() * (1 + what.choices.size()), tr("picture"), tr("pictures")), work);
    if (left != all)
        work = tr("%1, of which %2 are left").arg(work).arg(left);
    return tr("%1 × %2, each with the full cache and %3: %4. Size and all else: %5, “Follow the prompt” "
              "(cfg) %6.")
        .arg(counted(what.request.prompts.size(), tr("prompt"), tr("prompts")),
             counted(what.seeds.size(), tr("seed"), tr("seeds")),
             counted(what.choices.size(), tr("other way"), tr("other ways")), work,
             QString::fromStdString(request_.size),
             QString::number(request_.cfg.empty() ? 1 : request_.cfg.front()));
}

void ManyForm::save() const {
    QSettings settings;
    settings.setValue(QLatin1String(kPromptsKey), prompts_->toPlainText());
    settings.setValue(QLatin1String(kSeedsKey), seeds_->text());
    settings.setValue(QLatin1String(kBudgetsKey), budgets_->text());
    settings.setValue(QLatin1String(kFolderKey), folder());
    settings.setValue(QLatin1String(kModeKey), mode_->currentData().toInt());
    QStringList names;
    for (int i = 0; i < policies_->count(); ++i) {
        if (policies_->item(i)->checkState() == Qt::Checked)
            names += policies_->item(i)->data(Qt::UserRole).toString();
    }
    settings.setValue(QLatin1String(kPoliciesKey), names);
}

void ManyForm::restore() {
    const QSettings settings;
    prompts_->setPlainText(settings.value(QLatin1String(kPromptsKey)).toString());
    seeds_->setText(settings.value(QLatin1String(kSeedsKey), seeds_->text()).toString());
    budgets_->setText(settings.value(QLatin1String(kBudgetsKey), budgets_->text()).toString());
    folder_->setText(settings.value(QLatin1String(kFolderKey)).toString());
    if (const int at = mode_->findData(settings.value(QLatin1String(kModeKey), int(ComparisonMode::Both)));
        at >= 0)
        mode_->setCurrentIndex(at);
    if (!settings.contains(QLatin1String(kPoliciesKey)))
        return;
    const QStringList names = settings.value(QLatin1String(kPoliciesKey)).toStringList();
    for (int i = 0; i < policies_->count(); ++i) {
        QListWidgetItem* item = policies_->item(i);
        item->setCheckState(names.contains(item->data(Qt::UserRole).toString()) ? Qt::Checked
                                                                                : Qt::Unchecked);
    }
}

} // namespace scalekv::ui
