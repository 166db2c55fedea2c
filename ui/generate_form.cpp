#include "ui/generate_form.h"

#include "scalekv/error.h"
#include "scalekv/scale_schedule.h"
#include "ui/advanced_panel.h"
#include "ui/form_settings.h"
#include "ui/model_picker.h"
#include "ui/prompt_edit.h"
#include "ui/shape_text.h"
#include "widgets/collapsible_section.h"
#include "widgets/elided_label.h"
#include "widgets/icon.h"
#include "widgets/problem_label.h"
#include "widgets/seed_edit.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QScrollArea>
#include <QSettings>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

namespace scalekv::ui {
namespace {

QLabel* heading(const QString& text, QWidget* buddy, const QString& toolTip) {
    auto* label = new QLabel(text);
    label->setBuddy(buddy);
    label->setToolTip(toolTip);
    buddy->setToolTip(toolTip);
    return label;
}

/// The entry of an aspect ratio; -1: there is none.
int indexOfRatio(const QComboBox& ratios, double wanted) {
    for (int index = 0; index < ratios.count(); ++index)
        if (sameAspectRatio(ratios.itemData(index).toDouble(), wanted))
            return index;
    return -1;
}

void setTextHeight(QPlainTextEdit* edit, int lines) {
    const QMargins margins = edit->contentsMargins();
    edit->setFixedHeight(edit->fontMetrics().lineSpacing() * lines + margins.top() + margins.bottom() + 12);
}

/// Replaces all of the text in one step of the field's own undo.
void replaceText(QPlainTextEdit* edit, const QString& text) {
    if (edit->toPlainText() == text)
        return;
    QTextCursor cursor(edit->document());
    cursor.select(QTextCursor::Document);
    cursor.insertText(text);
}

QDoubleSpinBox* numberBox(double low, double high, double step, QWidget* parent) {
    auto* box = new QDoubleSpinBox(parent);
    box->setRange(low, high);
    box->setSingleStep(step);
    box->setDecimals(2);
    return box;
}

QString countText(qint64 parameters) {
    const QLocale locale;
    const auto number = static_cast<double>(parameters);
    return parameters >= 1000000000
               ? GenerateForm::tr("%1 billion parameters").arg(locale.toString(number / 1e9, 'f', 1))
               : GenerateForm::tr("%1 million parameters").arg(locale.toString(number / 1e6, 'f', 1));
}

} // namespace

GenerateForm::GenerateForm(const QString& demoPath, QWidget* parent)
    : QWidget(parent), picker_(new ModelPicker(demoPath, this)), modelFacts_(new widgets::ElidedLabel(this)),
      prompt_(new PromptEdit(this)), negative_(new PromptEdit(this)), examples_(new QMenu(this)),
      seed_(new widgets::SeedEdit(this)), newSeed_(new QCheckBox(tr("New seed each time"), this)),
      size_(new QComboBox(this)), ratio_(new QComboBox(this)), cfg_(numberBox(0, 30, 0.5, this)),
      tau_(numberBox(0.01, 10, 0.05, this)), advanced_(new AdvancedPanel(this)),
      problem_(new widgets::ProblemLabel(this)),
      generate_(new QPushButton(widgets::icon(QStringLiteral("generate")), tr("Generate"), this)),
      stop_(new QPushButton(widgets::icon(QStringLiteral("stop")), tr("Stop"), this)) {
    section_ = new widgets::CollapsibleSection(tr("Advanced"), advanced_, this);

    auto* fields = new QWidget(this);
    auto* column = new QVBoxLayout(fields);
    column->setContentsMargins(8, 6, 8, 6);
    column->setSpacing(5);
    column->addWidget(heading(tr("&Model"), picker_, tr("The model that draws the picture")));
    column->addWidget(picker_);
    modelFacts_->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(modelFacts_);
    column->addSpacing(4);
    column->addWidget(makePromptPart());
    column->addSpacing(4);
    column->addWidget(makeSizePart());
    column->addWidget(section_);
    column->addStretch(1);

    auto* scroll = new QScrollArea(this);
    scroll->setWidget(fields);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);

    problem_->setObjectName(QStringLiteral("problem"));
    problem_->hide();
    generate_->setDefault(true);
    generate_->setMinimumHeight(36);
    generate_->setObjectName(QStringLiteral("generate"));
    stop_->setMinimumHeight(36);
    stop_->setObjectName(QStringLiteral("stop"));
    QFont bold = generate_->font();
    bold.setBold(true);
    generate_->setFont(bold);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(scroll, 1);
    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(8, 0, 8, 8);
    foot->addWidget(problem_);
    // Two buttons: with one that changes its meaning, a double click would begin and stop.
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(generate_, 2);
    buttons->addWidget(stop_, 1);
    foot->addLayout(buttons);
    layout->addLayout(foot);
    const GenerationRequest usual; // until a model says better
    cfg_->setValue(usual.cfg.front());
    tau_->setValue(usual.tau.front());
    connectFields();
    updateFields();
}

QWidget* GenerateForm::makePromptPart() {
    auto* part = new QWidget(this);
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);

    auto* head = new QHBoxLayout;
    head->addWidget(heading(tr("&Prompt"), prompt_, tr("What the picture shows. Ctrl+Enter generates.")));
    head->addStretch(1);
    auto* examples = new QToolButton(part);
    examples->setText(tr("Examples"));
    examples->setToolTip(tr("Prompts that this model draws well"));
    examples->setPopupMode(QToolButton::InstantPopup);
    examples->setAutoRaise(true);
    examples->setMenu(examples_);
    examples->setObjectName(QStringLiteral("examples"));
    head->addWidget(examples);
    column->addLayout(head);
    column->addWidget(prompt_);
    column->addWidget(
        heading(tr("&Negative prompt"), negative_,
                tr("What the picture should keep away from. Empty: the model's own idea of “nothing”. "
                   "Needs cfg above 1.")));
    column->addWidget(negative_);
    prompt_->setTabChangesFocus(true);
    prompt_->setObjectName(QStringLiteral("prompt"));
    prompt_->setAccessibleName(tr("Prompt"));
    prompt_->setPlaceholderText(tr("What should the picture show?"));
    negative_->setTabChangesFocus(true);
    negative_->setObjectName(QStringLiteral("negativePrompt"));
    negative_->setAccessibleName(tr("Negative prompt"));
    setTextHeight(prompt_, 4);
    setTextHeight(negative_, 2);
    return part;
}

QWidget* GenerateForm::makeSizePart() {
    auto* part = new QWidget(this);
    auto* form = new QFormLayout(part);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(
        heading(
            tr("S&eed"), seed_,
            tr("The start of the random numbers. The same seed and settings give the same picture again.")),
        seed_);
    newSeed_->setToolTip(tr("Throw a new seed before every picture"));
    form->addRow(QString(), newSeed_);
    form->addRow(
        heading(tr("S&ize"), size_,
                tr("About how many pixels the picture has. Larger sizes have more scales and take longer.")),
        size_);
    form->addRow(heading(tr("&Aspect"), ratio_,
                         tr("Height divided by width. Only the ratios that the model was trained for.")),
                 ratio_);
    form->addRow(heading(tr("&cfg"), cfg_,
                         tr("Guidance: how strictly the picture follows the prompt. 1 = off (twice as fast); "
                            "high values exaggerate.")),
                 cfg_);
    form->addRow(
        heading(tr("&tau"), tau_,
                tr("Temperature of the random draw. Low: plain and certain; high: varied and risky.")),
        tau_);
    for (QComboBox* box : {size_, ratio_}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(8);
    }
    size_->setObjectName(QStringLiteral("size"));
    ratio_->setObjectName(QStringLiteral("aspectRatio"));
    cfg_->setObjectName(QStringLiteral("cfg"));
    tau_->setObjectName(QStringLiteral("tau"));
    newSeed_->setObjectName(QStringLiteral("newSeed"));
    seed_->setObjectName(QStringLiteral("seed"));
    return part;
}

void GenerateForm::connectFields() {
    const auto edited = [this] {
        showProblem({});
        updateFields();
        if (!filling_)
            Q_EMIT changed();
    };
    connect(prompt_, &QPlainTextEdit::textChanged, this, edited);
    connect(negative_, &QPlainTextEdit::textChanged, this, edited);
    connect(seed_, &widgets::SeedEdit::valueChanged, this, edited);
    // Who types a seed wants that one.
    connect(seed_, &widgets::SeedEdit::valueTyped, newSeed_, [this] { newSeed_->setChecked(false); });
    connect(size_, &QComboBox::currentIndexChanged, this, [this, edited] {
        fillAspectRatios();
        edited();
    });
    connect(ratio_, &QComboBox::currentIndexChanged, this, edited);
    connect(cfg_, &QDoubleSpinBox::valueChanged, this, edited);
    connect(tau_, &QDoubleSpinBox::valueChanged, this, edited);
    connect(advanced_, &AdvancedPanel::changed, this, edited);
    connect(generate_, &QPushButton::clicked, this, &GenerateForm::generateRequested);
    connect(stop_, &QPushButton::clicked, this, &GenerateForm::stopRequested);
}

void GenerateForm::setModel(const ModelSummary& model) {
    const bool sameModel = model_ && model_->path == model.path;
    const GenerationRequest before = request();
    if (model_)
        rememberRequest(*model_, before);
    model_ = model;
    picker_->setLoaded(model.path, model.name());
    modelFacts_->setFullText(tr("%1, %2 layers, %3 on %4")
                                 .arg(countText(model.parameters))
                                 .arg(model.layers)
                                 .arg(model.precision, model.device));
    QString about = QString::fromStdString(model.files.about);
    if (!model.notes.isEmpty())
        about += (about.isEmpty() ? QString() : QStringLiteral("\n")) + model.notes.join(QLatin1Char('\n'));
    picker_->box()->setToolTip(about);

    GenerationRequest wanted = sameModel ? before : rememberedRequest(model);
    wanted.prompts = before.prompts;
    wanted.negativePrompt = before.negativePrompt;
    wanted.seed = before.seed;
    {
        const QSignalBlocker blocker(size_);
        size_->clear();
        for (const std::string& size : model.files.sizes) {
            const auto count = scaleSchedule(size, 1.0).size();
            const QString name = QString::fromStdString(size);
            size_->addItem(tr("%1 · %2 scales").arg(name).arg(count), name);
        }
    }
    fillAspectRatios();
    setRequest(wanted);

    examples_->clear();
    for (const std::string& example : model.files.examples) {
        const QString text = QString::fromStdString(example);
        examples_->addAction(text, this, [this, text] { Q_EMIT exampleChosen(text); });
    }
    examples_->setEnabled(!examples_->isEmpty());
    findChild<QToolButton*>(QStringLiteral("examples"))->setVisible(!examples_->isEmpty());
    prompt_->setPlaceholderText(
        model.files.examples.empty()
            ? tr("What should the picture show?")
            : tr("For example: %1").arg(QString::fromStdString(model.files.examples.front())));
    prompt_->viewport()->update(); // Qt 6.4 leaves a part of the old placeholder standing
}

void GenerateForm::fillAspectRatios() {
    if (!model_)
        return;
    const QSignalBlocker blocker(ratio_);
    const QVariant before = ratio_->currentData();
    const std::string size = size_->currentData().toString().toStdString();
    ratio_->clear();
    for (const double ratio : model_->files.aspectRatios) {
        try {
            const MapSize last = scaleSchedule(size, ratio).back();
            ratio_->addItem(aspectText(ratio, QSize(last.width, last.height) * model_->pixelsPerToken),
                            ratio);
        } catch (const Error&) {
            continue; // a model's description may list ratios that nobody knows
        }
    }
    ratio_->setCurrentIndex(std::max(0, indexOfRatio(*ratio_, before.toDouble())));
}

GenerationRequest GenerateForm::request() const {
    GenerationRequest request;
    request.prompts = {prompt_->toPlainText().simplified().toStdString()};
    request.negativePrompt = negative_->toPlainText().simplified().toStdString();
    request.seed = seed_->value();
    if (size_->currentIndex() >= 0)
        request.size = size_->currentData().toString().toStdString();
    if (ratio_->currentIndex() >= 0)
        request.aspectRatio = ratio_->currentData().toDouble();
    request.cfg = {cfg_->value()};
    request.tau = {tau_->value()};
    advanced_->apply(request);
    return request;
}

QString GenerateForm::setRequest(const GenerationRequest& request) {
    QString remark;
    {
        const QScopedValueRollback filling(filling_, true);
        replaceText(prompt_,
                    request.prompts.empty() ? QString() : QString::fromStdString(request.prompts.front()));
        replaceText(negative_, QString::fromStdString(request.negativePrompt));
        seed_->setValue(request.seed);
        const QString size = QString::fromStdString(request.size);
        if (const int index = size_->findData(size); index >= 0)
            size_->setCurrentIndex(index);
        else if (size_->count() > 0)
            remark = tr("This model does not draw at size %1; the size stays %2.")
                         .arg(size, size_->currentData().toString());
        if (const int index = indexOfRatio(*ratio_, request.aspectRatio); index >= 0)
            ratio_->setCurrentIndex(index);
        else if (ratio_->count() > 0 && remark.isEmpty())
            remark = tr("This model does not draw at aspect ratio %1; the ratio stays %2.")
                         .arg(request.aspectRatio)
                         .arg(ratio_->currentData().toDouble());
        if (request.cfg.size() == 1)
            cfg_->setValue(request.cfg.front());
        if (request.tau.size() == 1)
            tau_->setValue(request.tau.front());
        advanced_->setRequest(request);
    }
    updateFields();
    Q_EMIT changed();
    return remark;
}

GenerationRequest GenerateForm::recommended() const {
    GenerationRequest result = request();
    if (!model_)
        return result;
    GenerationRequest advised = recommendedRequest(model_->files);
    advised.prompts = result.prompts;
    advised.negativePrompt = result.negativePrompt;
    advised.seed = result.seed;
    return advised;
}

int GenerateForm::scales() const {
    if (size_->currentIndex() < 0)
        return 0;
    return static_cast<int>(scaleSchedule(size_->currentData().toString().toStdString(), 1.0).size());
}

QString GenerateForm::problem() const {
    if (prompt_->toPlainText().trimmed().isEmpty())
        return tr("Type a prompt first: what should the picture show?");
    return advanced_->problem(scales(), model_ ? model_->layers : 0);
}

void GenerateForm::showProblem(const QString& text) {
    problem_->setVisible(!text.isEmpty());
    problem_->setText(text);
}

QString GenerateForm::shownProblem() const {
    return problem_->isHidden() ? QString() : problem_->text();
}

void GenerateForm::setPrompt(const QString& prompt) {
    replaceText(prompt_, prompt);
}

void GenerateForm::focusPrompt() {
    prompt_->setFocus();
}

void GenerateForm::setReady(bool mayGenerate, bool mayStop, const QString& why) {
    generate_->setEnabled(mayGenerate);
    generate_->setToolTip(why);
    stop_->setEnabled(mayStop);
}

bool GenerateForm::newSeedEachTime() const {
    return newSeed_->isChecked();
}

void GenerateForm::setNewSeedEachTime(bool on) {
    newSeed_->setChecked(on);
}

void GenerateForm::rollSeed() {
    seed_->roll();
}

void GenerateForm::updateFields() {
    size_->setEnabled(model_.has_value());
    ratio_->setEnabled(model_.has_value());
    cfg_->setEnabled(!advanced_->hasCfgList());
    tau_->setEnabled(!advanced_->hasTauList());
}

void GenerateForm::saveSettings() const {
    const GenerationRequest now = request();
    QSettings settings;
    settings.setValue(QStringLiteral("form/prompt"), prompt_->toPlainText());
    settings.setValue(QStringLiteral("form/negativePrompt"), negative_->toPlainText());
    settings.setValue(QStringLiteral("form/seed"), QString::number(now.seed));
    settings.setValue(QStringLiteral("form/newSeedEachTime"), newSeed_->isChecked());
    settings.setValue(QStringLiteral("form/advancedOpen"), section_->isExpanded());
    settings.setValue(QStringLiteral("form/precision"), static_cast<int>(advanced_->loadOptions().precision));
    settings.setValue(QStringLiteral("form/device"), QString::fromStdString(advanced_->loadOptions().device));
    if (model_)
        rememberRequest(*model_, now);
}

void GenerateForm::restoreSettings() {
    const QSettings settings;
    replaceText(prompt_, settings.value(QStringLiteral("form/prompt")).toString());
    replaceText(negative_, settings.value(QStringLiteral("form/negativePrompt")).toString());
    seed_->setValue(
        settings.value(QStringLiteral("form/seed"), QStringLiteral("0")).toString().toULongLong());
    newSeed_->setChecked(settings.value(QStringLiteral("form/newSeedEachTime"), true).toBool());
    section_->setExpanded(settings.value(QStringLiteral("form/advancedOpen"), false).toBool());
    LoadOptions options;
    options.precision = static_cast<Precision>(settings.value(QStringLiteral("form/precision"), 0).toInt());
    options.device =
        settings.value(QStringLiteral("form/device"), QStringLiteral("cpu")).toString().toStdString();
    advanced_->setLoadOptions(options);
}

} // namespace scalekv::ui
