#include "ui/generate/batch/setting_axis.h"

#include "scalekv/budget_list.h"
#include "scalekv/error.h"
#include "scalekv/prompts.h"
#include "ui/runs/policy_change.h"
#include "ui/text/budget_text.h"
#include "ui/text/policy_text.h"
#include "ui/text/shape_text.h"
#include "ui/text/tr.h"
#include "widgets/number_list_edit.h"

#include <QLocale>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>
#include <cmath>

namespace scalekv::ui {
namespace {

constexpr quint64 kMostSeeds = 10000; // of a range

[[noreturn]] void fail(const QString& why) {
    throw Error(why.toStdString());
}

QStringList valuesIn(AxisSetting setting, const QString& text) {
    static const QRegularExpression between(QStringLiteral("[,;\\s]+"));
    if (setting == AxisSetting::Budget)
        return {text}; // a unit may stand apart from its number
    QStringList values;
    for (const QString& value :
         isAxisOfLines(setting) ? text.split(QLatin1Char('\n')) : text.split(between)) {
        if (!value.trimmed().isEmpty())
            values += value.simplified();
    }
    return values;
}

AxisValue seedValue(quint64 seed) {
    return {QString::number(seed), [seed](GenerationRequest& request) { request.seed = seed; }};
}

/// "4", or "1-8".
QVector<AxisValue> seedValues(const QString& text) {
    bool sound = false, soundEnd = true;
    const quint64 first = text.section(QLatin1Char('-'), 0, 0).toULongLong(&sound);
    const quint64 last =
        text.contains(QLatin1Char('-')) ? text.section(QLatin1Char('-'), 1).toULongLong(&soundEnd) : first;
    if (!sound || !soundEnd || last < first)
        fail(tr("“%1” is no seed: write whole numbers, as 1, 2, 7 or 1-8.").arg(text));
    if (last - first >= kMostSeeds)
        fail(tr("%1 are more seeds than one would look at.").arg(text));
    QVector<AxisValue> values;
    for (quint64 seed = first; seed <= last; ++seed) {
        values += seedValue(seed);
        if (seed == last) // the largest of all has no successor
            break;
    }
    return values;
}

AxisValue numberValue(AxisSetting setting, const QString& text) {
    bool sound = false;
    const double number = text.toDouble(&sound);
    if (!sound || !std::isfinite(number))
        fail(tr("“%1” is no number.").arg(text));
    GenerationRequest trial;
    const auto apply = [setting, number](GenerationRequest& request) {
        if (setting == AxisSetting::Cfg)
            request.cfg = {number};
        else if (setting == AxisSetting::Tau)
            request.tau = {number};
        else
            request.topP = number;
    };
    apply(trial);
    trial.prompts = {"a"};
    if (const auto problem = settingProblem(trial))
        fail(tr("%1: “%2” %3.").arg(axisName(setting), text, QString::fromStdString(problem->why)));
    return {widgets::numberListText({number}), apply};
}

AxisValue policyValue(const QString& text) {
    for (const std::string_view name : policyNames()) {
        const QString known = QString::fromUtf8(name.data(), qsizetype(name.size()));
        if (text.compare(known, Qt::CaseInsensitive) == 0)
            return {policyTitle(name), [name](GenerationRequest& request) {
                        request = withPolicy(request, choiceOf(name, budgetOf(request)));
                    }};
    }
    fail(tr("“%1” is none of the policies: %2.").arg(text, QString::fromStdString(policyList())));
}

QVector<AxisValue> budgetValues(const QString& text) {
    QVector<AxisValue> values;
    for (const Budget& budget : parseBudgets(text.toStdString()))
        values += {QString::fromStdString(budget.text()),
                   [budget](GenerationRequest& request) { request.policy.budget = budget; }};
    return values;
}

AxisValue sizeValue(const QString& text, const ModelFiles& model) {
    const auto found = std::find(model.sizes.begin(), model.sizes.end(), text.toStdString());
    if (found == model.sizes.end()) {
        QStringList sizes;
        for (const std::string& size : model.sizes)
            sizes += QString::fromStdString(size);
        fail(tr("“%1” is none of the model's sizes: %2.").arg(text, sizes.join(QStringLiteral(", "))));
    }
    return {text, [size = *found](GenerationRequest& request) { request.size = size; }};
}

QVector<AxisValue> valuesOf(AxisSetting setting, const QString& text, const ModelFiles& model) {
    switch (setting) {
    case AxisSetting::Seed:
        return seedValues(text);
    case AxisSetting::Prompt:
        return {{text,
                 [prompt = text.toStdString()](GenerationRequest& request) { request.prompts = {prompt}; }}};
    case AxisSetting::Policy:
        return {policyValue(text)};
    case AxisSetting::Budget:
        return budgetValues(text);
    case AxisSetting::Cfg:
    case AxisSetting::Tau:
    case AxisSetting::TopP:
        return {numberValue(setting, text)};
    case AxisSetting::Size:
        return {sizeValue(text, model)};
    }
    return {};
}

QString plain(std::string_view text) {
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

} // namespace

QVector<AxisSetting> axisSettings() {
    return {AxisSetting::Seed, AxisSetting::Prompt, AxisSetting::Policy, AxisSetting::Budget,
            AxisSetting::Cfg,  AxisSetting::Tau,    AxisSetting::TopP,   AxisSetting::Size};
}

QString axisName(AxisSetting setting) {
    switch (setting) {
    case AxisSetting::Seed:
        return tr("Seed");
    case AxisSetting::Prompt:
        return tr("Prompt");
    case AxisSetting::Policy:
        return tr("Cache policy");
    case AxisSetting::Budget:
        return tr("Cache budget");
    case AxisSetting::Cfg:
        return tr("Follow the prompt (cfg)");
    case AxisSetting::Tau:
        return tr("Variety (tau)");
    case AxisSetting::TopP:
        return tr("Top-p");
    case AxisSetting::Size:
        return tr("Size");
    }
    return {};
}

QString axisHint(AxisSetting setting) {
    switch (setting) {
    case AxisSetting::Seed:
        return tr("1, 2, 7 or 1-8");
    case AxisSetting::Prompt:
        return tr("one a line");
    case AxisSetting::Policy:
        return tr("names, as %1").arg(QString::fromStdString(policyList()));
    case AxisSetting::Budget:
        return tr("shares, tokens or bytes: 4%, 10%, 650, 3.5 MiB");
    case AxisSetting::Cfg:
    case AxisSetting::Tau:
    case AxisSetting::TopP:
        return tr("numbers, with commas between them");
    case AxisSetting::Size:
        return tr("the sizes' names, as 0.25M");
    }
    return {};
}

bool isAxisOfLines(AxisSetting setting) {
    return setting == AxisSetting::Prompt;
}

QString usualValues(AxisSetting setting, const GenerationRequest& request, const ModelFiles& model) {
    QStringList values;
    switch (setting) {
    case AxisSetting::Seed:
        return QStringLiteral("1-4");
    case AxisSetting::Prompt:
        if (!request.prompts.empty())
            values += QString::fromStdString(request.prompts.front());
        for (std::size_t i = 0; i < std::min<std::size_t>(2, model.examples.size()); ++i)
            values += QString::fromStdString(model.examples[i]);
        values.removeAll(QString());
        values.removeDuplicates();
        return values.join(QLatin1Char('\n'));
    case AxisSetting::Policy:
        for (const std::string_view name : {std::string_view("full"), kUsualPolicy,
                                            std::string_view("scalekv"), std::string_view("snapkv")})
            values += plain(name);
        break;
    case AxisSetting::Budget:
        for (const Budget& budget : kPaperBudgets)
            values += budgetText(budget);
        break;
    case AxisSetting::Cfg:
        return QStringLiteral("1, 3, 6");
    case AxisSetting::Tau:
        return QStringLiteral("0.5, 0.8, 1.1");
    case AxisSetting::TopP:
        return QStringLiteral("0, 0.9, 0.97");
    case AxisSetting::Size:
        for (const std::string& size : model.sizes)
            values += QString::fromStdString(size);
        break;
    }
    return values.join(QStringLiteral(", "));
}

QVector<AxisValue> axisValues(AxisSetting setting, const QString& text, const ModelFiles& model) {
    QVector<AxisValue> values;
    for (const QString& value : valuesIn(setting, text))
        values += valuesOf(setting, value, model);
    QSet<QString> seen;
    for (const AxisValue& value : values) {
        if (seen.contains(value.label))
            fail(tr("%1: “%2” stands there twice.").arg(axisName(setting), value.label));
        seen += value.label;
    }
    if (values.isEmpty())
        fail(tr("%1: type some values (%2).").arg(axisName(setting), axisHint(setting)));
    return values;
}

} // namespace scalekv::ui
