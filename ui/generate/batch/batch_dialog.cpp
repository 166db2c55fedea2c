#include "ui/generate/batch/batch_dialog.h"

#include "scalekv/error.h"
#include "scalekv/prompts.h"
#include "scalekv/vocabulary.h"
#include "ui/generate/prompt_lines.h"
#include "ui/generate/unknown_words_label.h"
#include "ui/runs/policy_change.h"
#include "ui/shell/usual_folder.h"
#include "ui/text/budget_text.h"
#include "ui/text/unit_text.h"
#include "widgets/focus_buttons.h"
#include "widgets/icon.h"
#include "widgets/problem_label.h"
#include "widgets/wheel_guard.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QRadioButton>
#include <QSettings>
#include <QSpinBox>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

namespace scalekv::ui {
namespace {

constexpr char kPageKey[] = "batch/page";
constexpr std::size_t kMostTried = 500; // with the model, at every change
constexpr qsizetype kMostUnknown = 8;   // words that are named

QString valuesKey(AxisSetting setting) {
    return QStringLiteral("batch/values/%1").arg(int(setting));
}

} // namespace

BatchSeeds BatchDialog::SeedFields::value() const {
    return {.count = count->value(), .random = random->isChecked()};
}

BatchDialog::BatchDialog(const GenerationRequest& like, const ModelFiles& model, Planner planner,
                         double seconds, QWidget* parent)
    : QDialog(parent), like_(like), model_(model), planner_(std::move(planner)), seconds_(seconds),
      pages_(new QTabWidget(this)), seeds_{}, promptSeeds_{},
      prompts_(new QPlainTextEdit(this)), columns_{}, rows_{}, remarks_(new QLabel(this)),
      summary_(new QLabel(this)), problem_(new widgets::ProblemLabel(this)) {
    setWindowTitle(tr("Several pictures"));
    setObjectName(QStringLiteral("batch"));
    pages_->setObjectName(QStringLiteral("batchPages"));
    pages_->addTab(makeSeedPage(), tr("&Seeds"));
    pages_->addTab(makePromptPage(), tr("&Prompts"));
    pages_->addTab(makeGridPage(), tr("&Grid"));
    summary_->setObjectName(QStringLiteral("batchSummary"));
    problem_->setObjectName(QStringLiteral("batchProblem"));
    remarks_->setObjectName(QStringLiteral("batchRemarks"));
    remarks_->setTextFormat(Qt::PlainText);
    remarks_->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    add_ = buttons->addButton(tr("Add to the queue"), QDialogButtonBox::AcceptRole);
    add_->setObjectName(QStringLiteral("addBatch"));
    add_->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &BatchDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &BatchDialog::reject);
    auto* rest = new QLabel(tr("Everything else is as in the form."), this);
    rest->setForegroundRole(QPalette::PlaceholderText);
    auto* column = new QVBoxLayout(this);
    column->addWidget(pages_, 1);
    column->addWidget(rest);
    column->addWidget(problem_);
    column->addWidget(remarks_);
    column->addWidget(summary_);
    column->addWidget(buttons);
    connect(pages_, &QTabWidget::currentChanged, this, &BatchDialog::refresh);
    restore();
    refresh();
    resize(520, 420);
}

BatchDialog::SeedFields BatchDialog::makeSeedFields(QFormLayout* form, const QString& count, int usual) {
    SeedFields fields{};
    fields.count = new QSpinBox(this);
    fields.count->setRange(1, Batch::kMost);
    fields.count->setValue(usual);
    fields.count->setAccelerated(true);
    form->addRow(count, fields.count);
    fields.upwards = new QRadioButton(tr("counted &up from %1, the seed in the form").arg(like_.seed), this);
    fields.random = new QRadioButton(tr("thrown at &random"), this);
    fields.upwards->setChecked(true);
    auto* choice = new QWidget(this);
    auto* column = new QVBoxLayout(choice);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(fields.upwards);
    column->addWidget(fields.random);
    form->addRow(tr("Their seeds"), choice);
    connect(fields.count, &QSpinBox::valueChanged, this, &BatchDialog::refresh);
    return fields;
}

QWidget* BatchDialog::makeSeedPage() {
    auto* page = new QWidget(this);
    auto* form = new QFormLayout(page);
    seeds_ = makeSeedFields(form, tr("&Number of pictures"), 8);
    seeds_.count->setObjectName(QStringLiteral("seedCount"));
    seeds_.random->setObjectName(QStringLiteral("randomSeeds"));
    return page;
}

QWidget* BatchDialog::makePromptPage() {
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    auto* head = new QHBoxLayout;
    auto* label = new QLabel(tr("P&rompts, one a line"), page);
    label->setBuddy(prompts_);
    auto* open = new widgets::FocusToolButton(page);
    open->setObjectName(QStringLiteral("openPrompts"));
    open->setText(tr("Open a file…"));
    open->setIcon(widgets::icon(QStringLiteral("open")));
    open->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    open->setToolTip(tr("Text with a prompt a line, JSON (COCO's captions, too), CSV or TSV"));
    connect(open, &QToolButton::clicked, this, &BatchDialog::openPrompts);
    head->addWidget(label, 1);
    head->addWidget(open);
    column->addLayout(head);
    prompts_->setObjectName(QStringLiteral("batchPrompts"));
    prompts_->setAccessibleName(tr("Prompts"));
    prompts_->setTabChangesFocus(true);
    prompts_->setPlaceholderText(
        tr("Paste or type prompts here. Empty lines, and lines that begin with #, are "
           "left out."));
    column->addWidget(prompts_, 1);
    auto* form = new QFormLayout;
    promptSeeds_ = makeSeedFields(form, tr("Pictures of &each"), 1);
    promptSeeds_.count->setObjectName(QStringLiteral("promptSeedCount"));
    column->addLayout(form);
    connect(prompts_, &QPlainTextEdit::textChanged, this, &BatchDialog::refresh);
    return page;
}

BatchDialog::AxisFields BatchDialog::makeAxis(QFormLayout* form, const QString& title, const char* name,
                                              AxisSetting usual) {
    AxisFields axis{};
    axis.setting = new QComboBox(this);
    axis.setting->setObjectName(QLatin1String(name));
    for (const AxisSetting setting : axisSettings())
        axis.setting->addItem(axisName(setting), int(setting));
    axis.setting->setCurrentIndex(axis.setting->findData(int(usual)));
    widgets::guardWheel(axis.setting);
    axis.values = new QPlainTextEdit(this);
    axis.values->setObjectName(QLatin1String(name) + QStringLiteral("Values"));
    axis.values->setTabChangesFocus(true);
    axis.values->setMinimumHeight(3 * fontMetrics().height());
    axis.hint = new QLabel(this);
    axis.hint->setForegroundRole(QPalette::PlaceholderText);
    axis.hint->setWordWrap(true);
    form->addRow(title, axis.setting);
    form->addRow(tr("Values"), axis.values);
    form->addRow(QString(), axis.hint);
    return axis;
}

QWidget* BatchDialog::makeGridPage() {
    auto* page = new QWidget(this);
    auto* form = new QFormLayout(page);
    columns_ = makeAxis(form, tr("&Columns"), "gridColumns", AxisSetting::Budget);
    rows_ = makeAxis(form, tr("Ro&ws"), "gridRows", AxisSetting::Policy);
    for (const AxisFields& axis : {columns_, rows_}) {
        axis.values->setAccessibleName(axis.setting == columns_.setting ? tr("Values of the columns")
                                                                        : tr("Values of the rows"));
        connect(axis.setting, &QComboBox::currentIndexChanged, this, [this, axis] {
            axisChosen(axis);
            refresh();
        });
        connect(axis.values, &QPlainTextEdit::textChanged, this, &BatchDialog::refresh);
    }
    return page;
}

/// Of the budgets that are usual those that are enough for the picture's size.
QString BatchDialog::usualBudgets() const {
    QStringList enough;
    for (const Budget& budget : kPaperBudgets) {
        try {
            for (const std::string_view policy :
                 {kUsualPolicy, std::string_view("scalekv"), std::string_view("snapkv")}) {
                GenerationRequest trial = withPolicy(like_, choiceOf(policy, budget));
                trial.prompts = {"a"};
                planner_(trial);
            }
            enough += budgetText(budget);
        } catch (const Error&) {
            continue;
        }
    }
    return enough.join(QStringLiteral(", "));
}

/// A setting comes with the values that it had last.
void BatchDialog::axisChosen(const AxisFields& axis) {
    const auto setting = AxisSetting(axis.setting->currentData().toInt());
    axis.hint->setText(axisHint(setting));
    QString usual = setting == AxisSetting::Budget ? usualBudgets() : QString();
    if (usual.isEmpty())
        usual = usualValues(setting, like_, model_);
    axis.values->setPlainText(QSettings().value(valuesKey(setting), usual).toString());
}

GridAxis BatchDialog::read(const AxisFields& axis) const {
    const auto setting = AxisSetting(axis.setting->currentData().toInt());
    return {.setting = setting, .values = axisValues(setting, axis.values->toPlainText(), model_)};
}

std::vector<std::string> BatchDialog::prompts() const {
    std::vector<std::string> list =
        promptsIn(prompts_->toPlainText().toStdString(), PromptFormat::Lines, tr("The list").toStdString());
    for (std::string& prompt : list)
        prompt = QString::fromStdString(prompt).simplified().toStdString();
    return list;
}

/// Throws Error for what cannot be.
Batch BatchDialog::read() const {
    const int page = pages_->currentIndex();
    if (page == 1 && prompts_->toPlainText().trimmed().isEmpty())
        throw Error(tr("Type some prompts, or open a file of them.").toStdString());
    const bool ownPrompts =
        page == 1 ||
        (page == 2 && (AxisSetting(columns_.setting->currentData().toInt()) == AxisSetting::Prompt ||
                       AxisSetting(rows_.setting->currentData().toInt()) == AxisSetting::Prompt));
    if (!ownPrompts && (like_.prompts.empty() || isBlank(like_.prompts.front())))
        throw Error(tr("Type a prompt in the form first.").toStdString());
    std::size_t number = 0;
    if (page == 1)
        number = prompts().size() * std::size_t(promptSeeds_.count->value());
    else if (page == 2)
        number = std::size_t(read(columns_).values.size()) * std::size_t(read(rows_).values.size());
    if (number > std::size_t(Batch::kMost))
        throw Error(tr("%1 pictures are more than can be asked for at once: at most %2.")
                        .arg(number)
                        .arg(Batch::kMost)
                        .toStdString());
    return page == 0   ? seedBatch(like_, seeds_.value())
           : page == 1 ? promptBatch(like_, prompts(), promptSeeds_.value())
                       : gridBatch(like_, read(columns_), read(rows_));
}

void BatchDialog::openPrompts() {
    const QString path = QFileDialog::getOpenFileName(
        this, tr("Open a list of prompts"), usualFolder(QStandardPaths::DocumentsLocation),
        tr("Lists of prompts (*.txt *.json *.csv *.tsv);;All files (*)"));
    if (path.isEmpty())
        return;
    try {
        prompts_->setPlainText(promptLines(path));
    } catch (const Error& error) {
        problem_->setProblem(QString::fromUtf8(error.what()));
    }
}

/// Throws Error where the model cannot make one of them.
void BatchDialog::tryAll() const {
    const auto number = batch_.requests.size();
    // Some of many: what the model cannot do, it cannot do in most; the queue says the rest.
    const std::size_t step = std::max<std::size_t>(1, number / kMostTried);
    for (std::size_t i = 0; i < number; i += i + 1 == number ? 1 : std::min(step, number - 1 - i)) {
        try {
            planner_(batch_.requests[i]);
        } catch (const Error& error) {
            if (!batch_.sheet)
                throw;
            const auto columns = std::size_t(batch_.sheet->columns.size());
            throw Error(tr("%1, %2: %3")
                            .arg(batch_.sheet->columns[qsizetype(i % columns)],
                                 batch_.sheet->rows[qsizetype(i / columns)], QString::fromUtf8(error.what()))
                            .toStdString());
        }
    }
}

/// What one may not have meant, of the prompts.
QString BatchDialog::remarks() const {
    std::set<std::string_view> different;
    std::string all;
    for (const GenerationRequest& request : batch_.requests) {
        const std::string& prompt = request.prompts.front();
        if (different.insert(prompt).second)
            all += prompt + '\n';
    }
    QStringList remarks;
    if (pages_->currentIndex() == 1) {
        if (const auto again = prompts().size() - different.size(); again > 0) {
            QString remark = again == 1 ? tr("One prompt stands there twice.")
                                        : tr("%1 lines repeat a prompt above them.").arg(again);
            if (!promptSeeds_.value().random)
                remark += QLatin1Char(' ') +
                          tr("With the same seed it would be the same picture: it is made once.");
            remarks += remark;
        }
    }
    std::vector<std::string_view> unknown = unknownWords(model_.vocabulary, all);
    const auto more = qsizetype(unknown.size()) - kMostUnknown;
    unknown.resize(std::min(unknown.size(), std::size_t(kMostUnknown)));
    remarks += UnknownWordsLabel::textOf(unknown);
    if (more > 0)
        remarks += tr("Nor %1.").arg(countedText(more, tr("other word"), tr("other words")));
    remarks.removeAll(QString());
    return remarks.join(QLatin1Char('\n'));
}

void BatchDialog::refresh() {
    QString remarks;
    try {
        batch_ = read();
        const auto number = batch_.requests.size();
        tryAll();
        remarks = this->remarks();
        problem_->setProblem({});
        QString text = countedText(qsizetype(number), tr("picture"), tr("pictures"));
        if (seconds_ > 0)
            text = tr("%1, about %2")
                       .arg(text, durationText(std::chrono::duration<double>(seconds_ * double(number))));
        summary_->setText(text);
    } catch (const Error& error) {
        batch_ = {};
        problem_->setProblem(QString::fromUtf8(error.what()));
        summary_->clear();
    }
    remarks_->setText(remarks);
    remarks_->setVisible(!remarks.isEmpty());
    add_->setEnabled(!batch_.requests.empty());
}

void BatchDialog::accept() {
    refresh(); // random seeds are thrown when they are wanted
    if (batch_.requests.empty())
        return;
    save();
    QDialog::accept();
}

void BatchDialog::restore() {
    const QSettings settings;
    pages_->setCurrentIndex(settings.value(QLatin1String(kPageKey), 0).toInt());
    seeds_.count->setValue(settings.value(QStringLiteral("batch/seeds"), 8).toInt());
    seeds_.random->setChecked(settings.value(QStringLiteral("batch/random"), false).toBool());
    prompts_->setPlainText(settings.value(QStringLiteral("batch/prompts")).toString());
    promptSeeds_.count->setValue(settings.value(QStringLiteral("batch/promptSeeds"), 1).toInt());
    const auto choose = [&settings](const AxisFields& axis, const QString& key) {
        const int at = axis.setting->findData(settings.value(key, axis.setting->currentData()));
        axis.setting->setCurrentIndex(std::max(0, at));
    };
    choose(columns_, QStringLiteral("batch/columns"));
    choose(rows_, QStringLiteral("batch/rows"));
    axisChosen(columns_);
    axisChosen(rows_);
}

void BatchDialog::save() const {
    QSettings settings;
    settings.setValue(QLatin1String(kPageKey), pages_->currentIndex());
    settings.setValue(QStringLiteral("batch/seeds"), seeds_.count->value());
    settings.setValue(QStringLiteral("batch/random"), seeds_.random->isChecked());
    settings.setValue(QStringLiteral("batch/prompts"), prompts_->toPlainText());
    settings.setValue(QStringLiteral("batch/promptSeeds"), promptSeeds_.count->value());
    settings.setValue(QStringLiteral("batch/columns"), columns_.setting->currentData());
    settings.setValue(QStringLiteral("batch/rows"), rows_.setting->currentData());
    if (pages_->currentIndex() != 2)
        return;
    for (const AxisFields& axis : {columns_, rows_}) // prompts belong to the picture at hand
        if (const auto setting = AxisSetting(axis.setting->currentData().toInt());
            setting != AxisSetting::Prompt)
            settings.setValue(valuesKey(setting), axis.values->toPlainText());
}

} // namespace scalekv::ui
