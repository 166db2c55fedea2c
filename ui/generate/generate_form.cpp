#include "ui/generate/generate_form.h"

#include "scalekv/error.h"
#include "ui/generate/advanced_panel.h"
#include "ui/generate/cache_fields.h"
#include "ui/generate/form_settings.h"
#include "ui/generate/memory_forecast.h"
#include "ui/generate/model_picker.h"
#include "ui/generate/preset_button.h"
#include "ui/generate/prompt_completer.h"
#include "ui/generate/prompt_edit.h"
#include "ui/generate/prompt_ideas.h"
#include "ui/generate/settings_fit.h"
#include "ui/generate/size_fields.h"
#include "ui/generate/unknown_words_label.h"
#include "widgets/choice_box.h"
#include "widgets/collapsible_section.h"
#include "widgets/column_scroll_area.h"
#include "widgets/exact_number_box.h"
#include "widgets/focus_buttons.h"
#include "widgets/icon.h"
#include "widgets/marked_field.h"
#include "widgets/problem_label.h"
#include "widgets/seed_edit.h"
#include "widgets/tab_order.h"
#include "widgets/wheel_guard.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPointer>
#include <QScopedValueRollback>
#include <QSettings>
#include <QVBoxLayout>

namespace scalekv::ui {
namespace {

using widgets::ExactNumberBox;
using widgets::MarkedField;

QLabel* heading(const QString& text, QWidget* buddy, const QString& toolTip) {
    auto* label = new QLabel(text);
    label->setBuddy(buddy);
    label->setToolTip(toolTip);
    buddy->setToolTip(toolTip);
    return label;
}

/// A number with the field's own word for it in small print.
MarkedField* numberField(ExactNumberBox* box, const QString& term, QWidget* parent) {
    auto* field = new QWidget(parent);
    auto* small = new QLabel(term, field);
    small->setForegroundRole(QPalette::PlaceholderText);
    auto* row = new QHBoxLayout(field);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(box, 1);
    row->addWidget(small);
    box->setObjectName(term);
    widgets::guardWheel(box);
    return new MarkedField(field, parent);
}

QString countText(qint64 parameters) {
    const QLocale locale;
    const auto number = static_cast<double>(parameters);
    return parameters >= 1000000000
               ? GenerateForm::tr("%1 billion parameters").arg(locale.toString(number / 1e9, 'f', 1))
               : GenerateForm::tr("%1 million parameters").arg(locale.toString(number / 1e6, 'f', 1));
}

} // namespace

GenerateForm::GenerateForm(QUndoStack& undo, ModelOpener& models, QWidget* parent)
    : QWidget(parent), history_(undo), picker_(new ModelPicker(models, this)), modelFacts_(new QLabel(this)),
      prompt_(new PromptEdit(3, this)), negative_(new PromptEdit(2, this)),
      completer_(new PromptCompleter(prompt_)), unknownWords_(new UnknownWordsLabel(prompt_, this)),
      ideas_(new PromptIdeas(this)), presets_(new PresetButton([this] { return request(); }, this)),
      seed_(new widgets::SeedEdit(this)), newSeed_(new QCheckBox(tr("New seed each time"), this)),
      size_(new SizeFields(this)), cfg_(new ExactNumberBox(this)), tau_(new ExactNumberBox(this)),
      markedCfg_(numberField(cfg_, QStringLiteral("cfg"), this)),
      markedTau_(numberField(tau_, QStringLiteral("tau"), this)), cache_(new CacheFields(this)),
      advanced_(new AdvancedPanel(this)), problem_(new widgets::ProblemLabel(this)),
      forecast_(new MemoryForecast(this)),
      generate_(
          new widgets::FocusPushButton(widgets::icon(QStringLiteral("generate")), tr("Generate"), this)),
      batch_(new widgets::FocusPushButton(tr("Batch…"), this)),
      stop_(new widgets::FocusPushButton(widgets::icon(QStringLiteral("stop")), tr("Stop"), this)) {
    section_ = new widgets::CollapsibleSection(tr("Advanced"), advanced_, this);

    auto* fields = new QWidget(this);
    auto* column = new QVBoxLayout(fields);
    column->setContentsMargins(8, 6, 8, 6);
    column->setSpacing(5);
    auto* head = new QHBoxLayout;
    head->addWidget(heading(tr("&Model"), picker_->box(), tr("The model that draws the picture")));
    head->addStretch(1);
    head->addWidget(presets_);
    column->addLayout(head);
    column->addWidget(picker_);
    modelFacts_->setForegroundRole(QPalette::PlaceholderText);
    modelFacts_->setTextFormat(Qt::PlainText);
    modelFacts_->setWordWrap(true);
    column->addWidget(modelFacts_);
    column->addSpacing(4);
    column->addWidget(makePromptPart());
    column->addSpacing(4);
    column->addWidget(makeSizePart());
    column->addSpacing(4);
    column->addWidget(makeCachePart());
    column->addWidget(section_);
    column->addStretch(1);
    scroll_ = new widgets::ColumnScrollArea(fields, this);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(scroll_, 1);
    layout->addLayout(makeFoot());

    const GenerationRequest usual; // until a model says better
    cfg_->setValue(usual.cfg.front());
    tau_->setValue(usual.tau.front());
    planTimer_.setSingleShot(true);
    planTimer_.setInterval(0);
    connect(&planTimer_, &QTimer::timeout, this, &GenerateForm::planNow);
    connectFields();
    followFields();
    updateFields();
    widgets::tabAsDrawn(this);
}

QWidget* GenerateForm::makePromptPart() {
    auto* part = new QWidget(this);
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);

    auto* head = new QHBoxLayout;
    head->addWidget(heading(tr("Pr&ompt"), prompt_, tr("What the picture shows. Ctrl+Enter generates.")));
    head->addStretch(1);
    head->addWidget(ideas_);
    column->addLayout(head);
    column->addWidget(prompt_);
    column->addWidget(unknownWords_);
    column->addWidget(
        heading(tr("&Negative prompt"), negative_,
                tr("What the picture should keep away from. Empty: the model's own idea of “nothing”. "
                   "Needs guidance: “Follow the prompt” (cfg) must not be 1.")));
    column->addWidget(negative_);
    prompt_->setObjectName(QStringLiteral("prompt"));
    prompt_->setAccessibleName(tr("Prompt"));
    prompt_->setPlaceholderText(tr("What should the picture show?"));
    negative_->setObjectName(QStringLiteral("negativePrompt"));
    negative_->setAccessibleName(tr("Negative prompt"));
    return part;
}

QWidget* GenerateForm::makeSizePart() {
    auto* part = new QWidget(this);
    auto* form = new QFormLayout(part);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    const auto addRow = [form](const QString& name, QWidget* focus, QWidget* field, const QString& toolTip) {
        form->addRow(heading(name, focus, toolTip), field);
    };
    addRow(tr("See&d"), seed_->box(), seed_,
           tr("The start of the random numbers. The same seed and settings give the same picture again."));
    newSeed_->setToolTip(tr("Throw a new seed before every picture"));
    form->addRow(QString(), newSeed_);
    addRow(tr("Si&ze"), size_->size()->box(), size_->size(),
           tr("The picture's pixels, and what the model's authors call this size. Larger sizes are drawn in "
              "more scales and take longer."));
    addRow(tr("&Aspect"), size_->ratio()->box(), size_->ratio(),
           tr("Height divided by width. Only the ratios that the model was trained for."));
    addRow(tr("Fo&llow the prompt"), cfg_, markedCfg_,
           tr("cfg, classifier-free guidance: how strictly the picture follows the prompt. 1 = off (twice as "
              "fast); "
              "high values exaggerate."));
    addRow(tr("Variet&y"), tau_, markedTau_,
           tr("tau, the temperature of the random draw. Low: plain and certain; high: varied and risky."));
    cfg_->setAccessibleName(tr("Follow the prompt (cfg)"));
    cfg_->setSteps(0, 30, 2);
    tau_->setAccessibleName(tr("Variety (tau)"));
    tau_->setSteps(0.05, 10, 20);
    newSeed_->setObjectName(QStringLiteral("newSeed"));
    seed_->setObjectName(QStringLiteral("seed"));
    widgets::guardWheel(seed_->box());
    widgets::guardWheel(picker_->box());
    return part;
}

/// As wide as the form: its names and sentences would be cut beside a column of labels.
QWidget* GenerateForm::makeCachePart() {
    auto* part = new QWidget(this);
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    auto* label = new QLabel(tr("&Cache"), part);
    label->setBuddy(cache_->policyField());
    label->setToolTip(
        tr("What stays in the KV cache while the picture is drawn, and how much: less takes less "
           "memory, and may change the picture."));
    column->addWidget(label);
    column->addWidget(cache_);
    return part;
}

QLayout* GenerateForm::makeFoot() {
    problem_->setObjectName(QStringLiteral("problem"));
    generate_->setDefault(true);
    generate_->setMinimumHeight(36);
    generate_->setObjectName(QStringLiteral("generate"));
    batch_->setMinimumHeight(36);
    stop_->setText({}); // its sign is enough, and leaves room for the words of the others
    stop_->setAccessibleName(tr("Stop"));
    stop_->setToolTip(tr("Stop (Esc)"));
    batch_->setObjectName(QStringLiteral("batch"));
    batch_->setToolTip(tr("Several pictures: seeds, a list of prompts, or a grid over two settings "
                          "(Ctrl+Shift+Enter)"));
    stop_->setMinimumHeight(36);
    stop_->setObjectName(QStringLiteral("stop"));
    QFont bold = generate_->font();
    bold.setBold(true);
    generate_->setFont(bold);

    auto* foot = new QVBoxLayout;
    foot->setContentsMargins(8, 0, 8, 8);
    foot->addWidget(forecast_);
    foot->addWidget(problem_);
    // Two buttons: with one that changes its meaning, a double click would begin and stop.
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(generate_, 2);
    buttons->addWidget(batch_, 1);
    buttons->addWidget(stop_);
    foot->addLayout(buttons);
    return foot;
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
    connect(seed_, &widgets::SeedEdit::valueTyped, this,
            [this] { history_.withinEdit([this] { newSeed_->setChecked(false); }); });
    connect(size_, &SizeFields::changed, this, edited);
    connect(cfg_, &ExactNumberBox::valueChanged, this, edited);
    connect(tau_, &ExactNumberBox::valueChanged, this, edited);
    connect(cache_, &CacheFields::changed, this, edited);
    connect(cache_, &CacheFields::refused, this, &GenerateForm::showProblem);
    connect(cache_, &CacheFields::calibrationRequested, this, &GenerateForm::calibrationRequested);
    connect(advanced_, &AdvancedPanel::changed, this, edited);
    connect(prompt_, &QPlainTextEdit::textChanged, ideas_,
            [this] { ideas_->setPrompt(prompt_->toPlainText()); });
    connect(ideas_, &PromptIdeas::chosen, this, [this](const QString& prompt, const QString& what) {
        history_.makeStep(what, [&] { setPrompt(prompt); });
    });
    connect(ideas_, &PromptIdeas::generateWanted, this, &GenerateForm::generateRequested);
    presets_->setEnabled(false); // until there is a model whose settings they are
    connect(presets_, &PresetButton::refused, this, &GenerateForm::remarked);
    connect(presets_, &PresetButton::chosen, this, [this](const Preset& preset) {
        if (const QString remark = usePreset(preset); !remark.isEmpty())
            Q_EMIT remarked(remark);
    });
    connect(generate_, &QPushButton::clicked, this, &GenerateForm::generateRequested);
    connect(batch_, &QPushButton::clicked, this, &GenerateForm::batchRequested);
    connect(stop_, &QPushButton::clicked, this, &GenerateForm::stopRequested);
}

void GenerateForm::followFields() {
    using widgets::ChoiceBox;
    using widgets::SeedEdit;
    history_.follow(prompt_, tr("the prompt"), &QPlainTextEdit::textChanged, &QPlainTextEdit::toPlainText,
                    &PromptEdit::replaceText);
    history_.follow(negative_, tr("the negative prompt"), &QPlainTextEdit::textChanged,
                    &QPlainTextEdit::toPlainText, &PromptEdit::replaceText);
    history_.follow(seed_, tr("the seed"), &SeedEdit::textChanged, &SeedEdit::text, &SeedEdit::setText);
    history_.follow(newSeed_, tr("“New seed each time”"), &QCheckBox::toggled, &QCheckBox::isChecked,
                    &QCheckBox::setChecked);
    history_.follow(size_->size(), tr("the size"), &ChoiceBox::chosenChanged, &ChoiceBox::chosen,
                    &ChoiceBox::choose);
    history_.follow(size_->ratio(), tr("the aspect ratio"), &ChoiceBox::chosenChanged, &ChoiceBox::chosen,
                    &ChoiceBox::choose);
    history_.follow(cfg_, tr("“Follow the prompt”"), &ExactNumberBox::textChanged, &ExactNumberBox::text,
                    &ExactNumberBox::setText);
    history_.follow(tau_, tr("“Variety”"), &ExactNumberBox::textChanged, &ExactNumberBox::text,
                    &ExactNumberBox::setText);
    history_.follow(cache_, tr("the cache"), &CacheFields::changed, &CacheFields::state,
                    &CacheFields::setState);
    advanced_->follow(history_);
    connect(&history_, &FormHistory::restored, this, &GenerateForm::reveal);
}

void GenerateForm::reveal(QWidget* field) {
    if (section_->isAncestorOf(field))
        section_->setExpanded(true);
    // Later: a section that has just been opened has no room yet.
    QMetaObject::invokeMethod(
        this,
        [this, shown = QPointer<QWidget>(field)] {
            if (shown)
                scroll_->showWholly(shown);
        },
        Qt::QueuedConnection);
}

void GenerateForm::setModel(const ModelSummary& model) {
    history_.withoutStep([&] { showModel(model); });
}

void GenerateForm::showModel(const ModelSummary& model) {
    const bool sameModel = model_ && model_->path == model.path;
    const GenerationRequest before = request();
    if (model_)
        rememberRequest(*model_, before);
    model_ = model;
    modelFacts_->setText(tr("%1, %2 layers, %3 on %4")
                             .arg(countText(model.parameters))
                             .arg(model.layers)
                             .arg(model.precision, model.device));
    QString about = QString::fromStdString(model.files.about);
    if (!model.notes.isEmpty())
        about += (about.isEmpty() ? QString() : QStringLiteral("\n")) + model.notes.join(QLatin1Char('\n'));
    // Written by strangers: plain text, whatever it looks like.
    picker_->box()->setToolTip(
        about.isEmpty()
            ? about
            : QStringLiteral("<p style=\"white-space: pre-wrap\">%1</p>").arg(about.toHtmlEscaped()));

    const GenerationRequest wanted = sameModel ? before : rememberedRequest(model);
    size_->setModel(model);
    cache_->setModel(model);
    setSettings(wanted); // the texts and the seed stay as they are being typed

    completer_->setVocabulary(model.files.vocabulary);
    unknownWords_->setVocabulary(model.files.vocabulary);
    ideas_->setModel(model.files);
    presets_->setEnabled(true);
    prompt_->setPlaceholderText(
        model.files.examples.empty()
            ? tr("What should the picture show?")
            : tr("For example: %1").arg(QString::fromStdString(model.files.examples.front())));
    prompt_->viewport()->update(); // Qt 6.4 leaves a part of the old placeholder standing
}

GenerationRequest GenerateForm::request() const {
    GenerationRequest request;
    request.prompts = {prompt_->toPlainText().simplified().toStdString()};
    request.negativePrompt = negative_->toPlainText().simplified().toStdString();
    request.seed = seed_->value();
    size_->apply(request);
    request.cfg = {cfg_->value()};
    request.tau = {tau_->value()};
    request.policy = cache_->policy();
    advanced_->apply(request);
    return request;
}

QString GenerateForm::setRequest(const GenerationRequest& request) {
    QString remark;
    history_.withoutStep([&] {
        const QScopedValueRollback filling(filling_, true);
        prompt_->replaceText(request.prompts.empty() ? QString()
                                                     : QString::fromStdString(request.prompts.front()));
        negative_->replaceText(QString::fromStdString(request.negativePrompt));
        seed_->setValue(request.seed);
        remark = setSettings(request);
    });
    return remark;
}

QString GenerateForm::setSettings(const GenerationRequest& request) {
    QString remark;
    history_.withoutStep([&] {
        const QScopedValueRollback filling(filling_, true);
        remark = size_->setRequest(request);
        if (request.cfg.size() == 1)
            cfg_->setValue(request.cfg.front());
        if (request.tau.size() == 1)
            tau_->setValue(request.tau.front());
        cache_->setPolicy(request.policy);
        advanced_->setRequest(request);
    });
    updateFields();
    Q_EMIT changed();
    return remark;
}

QString GenerateForm::fill(const GenerationRequest& request, bool newSeedEachTime, const QString& what) {
    QString remark;
    history_.makeStep(what, [&] {
        remark = setRequest(request);
        newSeed_->setChecked(newSeedEachTime);
    });
    return remark;
}

QString GenerateForm::adjust(const GenerationRequest& request, const QString& what) {
    QString remark;
    history_.makeStep(what, [&] { remark = setSettings(request); });
    return remark;
}

QString GenerateForm::usePreset(const Preset& preset) {
    const GenerationRequest before = request();
    const CacheState cacheBefore = cache_->state(); // with the name of the file that tables came from
    QStringList remarks;
    history_.makeStep(tr("using a preset"), [&] {
        GenerationRequest wanted;
        try {
            wanted = preset.onto(before);
        } catch (const Error& error) {
            remarks += QString::fromUtf8(error.what());
            return;
        }
        remarks += setSettings(wanted);
        SettingTerms terms;
        if (model_)
            terms = {.scales = size_->scales(), .layers = model_->layers};
        const SettingsFit fit = fitSettings(request(), before, terms, planner_);
        if (!fit.remarks.isEmpty())
            setSettings(fit.request);
        if (fit.request.policy == before.policy)
            cache_->setState(cacheBefore);
        remarks += fit.remarks;
        if (preset.has("prompt") && !wanted.prompts.empty())
            prompt_->replaceText(QString::fromStdString(wanted.prompts.front()));
        if (preset.has("negative_prompt"))
            negative_->replaceText(QString::fromStdString(wanted.negativePrompt));
        if (preset.has("seed")) {
            seed_->setValue(wanted.seed);
            newSeed_->setChecked(false);
        }
    });
    remarks.removeAll(QString());
    return remarks.join(QLatin1Char(' '));
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

FieldProblem GenerateForm::check() {
    FieldProblem settings = checkSettings();
    if (prompt_->toPlainText().trimmed().isEmpty())
        return {prompt_, tr("Type a prompt first: what should the picture show?")};
    return settings;
}

FieldProblem GenerateForm::checkSettings() {
    markedCfg_->setProblem(
        cfg_->isEnabled() ? problemOf([this](GenerationRequest& request) { request.cfg = {cfg_->value()}; })
                          : QString());
    markedTau_->setProblem(
        tau_->isEnabled() ? problemOf([this](GenerationRequest& request) { request.tau = {tau_->value()}; })
                          : QString());
    FieldProblem inAdvanced = advanced_->check(size_->scales(), model_ ? model_->layers : 0);

    if (!markedCfg_->problem().isEmpty())
        return {cfg_, tr("Follow the prompt (cfg): %1").arg(markedCfg_->problem())};
    if (!markedTau_->problem().isEmpty())
        return {tau_, tr("Variety (tau): %1").arg(markedTau_->problem())};
    if (!cache_->problem().isEmpty())
        return {cache_->budgetField(), tr("Cache: %1").arg(cache_->problem())};
    return inAdvanced;
}

QString GenerateForm::problem() {
    return check().text;
}

void GenerateForm::focusProblem() {
    QWidget* field = check().field;
    if (!field)
        return;
    reveal(field);
    field->setFocus();
    if (auto* line = qobject_cast<QLineEdit*>(field))
        line->selectAll();
    else if (auto* box = qobject_cast<QAbstractSpinBox*>(field))
        box->selectAll();
}

void GenerateForm::showProblem(const QString& text) {
    refusal_ = text;
    showSentence();
    planSoon();
}

void GenerateForm::showSentence() {
    const QString budget = cache_->problem().isEmpty() ? QString() : tr("Cache: %1").arg(cache_->problem());
    problem_->setProblem(refusal_.isEmpty() ? budget : refusal_);
}

void GenerateForm::setPlanner(Planner planner) {
    planner_ = std::move(planner);
    planSoon();
}

void GenerateForm::setMemoryReader(MemoryReader reader) {
    readMemory_ = std::move(reader);
    planSoon();
}

void GenerateForm::planSoon() {
    planTimer_.start();
}

void GenerateForm::planNow() {
    std::optional<GenerationPlan> plan;
    QString why;
    try {
        if (planner_ && checkSettings().text.isEmpty()) // else that is what is to be seen
            plan = planner_(request());
    } catch (const Error& error) {
        why = QString::fromUtf8(error.what());
    }
    cache_->showPlan(plan ? &*plan : nullptr);
    if (plan)
        forecast_->showOutlook(memoryOutlook(*plan, memoryNow()));
    else
        forecast_->showProblem(why == refusal_ ? QString() : why); // it is said already
}

const ComputeMemory& GenerateForm::memoryNow() {
    // What a running picture has taken will be free again.
    if (model_ && (!busy_ || memory_.used == 0))
        memory_ = readMemory_(*model_);
    return memory_;
}

std::optional<MemoryOutlook> GenerateForm::outlook() {
    try {
        const auto plan = planner_ ? planner_(request()) : std::nullopt;
        return plan ? std::optional(memoryOutlook(*plan, memoryNow())) : std::nullopt;
    } catch (const Error&) {
        return std::nullopt; // Generate will say why
    }
}

QString GenerateForm::shownProblem() const {
    return problem_->problem();
}

void GenerateForm::setPrompt(const QString& prompt) {
    history_.withoutStep([&] { prompt_->replaceText(prompt); });
}

void GenerateForm::focusPrompt() {
    prompt_->setFocus();
}

void GenerateForm::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!window()->focusWidget()) // a window that has just been opened
        prompt_->setFocus();
}

void GenerateForm::setReady(bool mayGenerate, bool mayStop, const QString& why) {
    generate_->setEnabled(mayGenerate);
    generate_->setToolTip(why);
    batch_->setEnabled(mayGenerate);
    stop_->setEnabled(mayStop);
    busy_ = mayStop;
    planSoon();
}

bool GenerateForm::newSeedEachTime() const {
    return newSeed_->isChecked();
}

void GenerateForm::setNewSeedEachTime(bool on) {
    history_.withoutStep([&] { newSeed_->setChecked(on); });
}

void GenerateForm::rollSeed() {
    history_.withoutStep([this] { seed_->roll(); });
}

void GenerateForm::useCalibration(const QString& file) {
    if (!takesCalibration(cache_->policy().name)) {
        PolicyChoice scaleKv = cache_->policy();
        scaleKv.name = "scalekv";
        if (!cache_->policy().evicts())
            scaleKv.budget = kUsualBudget;
        cache_->setPolicy(scaleKv);
    }
    cache_->readCalibrationFile(file);
}

void GenerateForm::updateFields() {
    const auto giveWay = [this](QWidget* number, bool hasList, QWidget* list) {
        if (hasList && number->hasFocus()) { // the cursor goes where the setting is now
            section_->setExpanded(true);
            list->setFocus();
        }
        number->setEnabled(!hasList);
    };
    giveWay(cfg_, advanced_->hasCfgList(), advanced_->cfgList());
    giveWay(tau_, advanced_->hasTauList(), advanced_->tauList());
    check();
    showSentence();
    planSoon();
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
    history_.withoutStep([&] {
        prompt_->replaceText(settings.value(QStringLiteral("form/prompt")).toString());
        negative_->replaceText(settings.value(QStringLiteral("form/negativePrompt")).toString());
        seed_->setValue(
            settings.value(QStringLiteral("form/seed"), QStringLiteral("0")).toString().toULongLong());
        newSeed_->setChecked(settings.value(QStringLiteral("form/newSeedEachTime"), true).toBool());
    });
    section_->setExpanded(settings.value(QStringLiteral("form/advancedOpen"), false).toBool());
    LoadOptions options;
    options.precision = static_cast<Precision>(settings.value(QStringLiteral("form/precision"), 0).toInt());
    options.device =
        settings.value(QStringLiteral("form/device"), QStringLiteral("cpu")).toString().toStdString();
    advanced_->setLoadOptions(options);
}

} // namespace scalekv::ui
