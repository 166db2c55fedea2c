#include "ui/generate/batch/batch.h"

#include "scalekv/error.h"
#include "ui/text/tr.h"

#include <QRandomGenerator>

#include <algorithm>
#include <set>
#include <string_view>

namespace scalekv::ui {
namespace {

QStringList labels(const GridAxis& axis) {
    QStringList texts;
    for (const AxisValue& value : axis.values)
        texts += value.label;
    return texts;
}

bool evictsSomewhere(const GenerationRequest& request, const GridAxis& axis) {
    return std::any_of(axis.values.begin(), axis.values.end(), [&](const AxisValue& value) {
        GenerationRequest trial = request;
        value.apply(trial);
        return trial.policy.evicts();
    });
}

} // namespace

std::vector<std::uint64_t> seedsOf(const BatchSeeds& seeds, std::uint64_t first) {
    std::vector<std::uint64_t> list;
    while (int(list.size()) < seeds.count) {
        const std::uint64_t seed =
            seeds.random ? QRandomGenerator::global()->generate() : first + list.size();
        if (!seeds.random || std::find(list.begin(), list.end(), seed) == list.end())
            list.push_back(seed);
    }
    return list;
}

Batch seedBatch(const GenerationRequest& request, const BatchSeeds& seeds) {
    return promptBatch(request, request.prompts, seeds);
}

Batch promptBatch(const GenerationRequest& request, const std::vector<std::string>& prompts,
                  const BatchSeeds& seeds) {
    Batch batch;
    const std::vector<std::uint64_t> list = seedsOf(seeds, request.seed);
    std::set<std::string_view> done;
    for (const std::string& prompt : prompts) {
        if (!done.insert(prompt).second && !seeds.random)
            continue; // with the same seeds it is the same picture
        for (const std::uint64_t seed : list) {
            GenerationRequest& one = batch.requests.emplace_back(request);
            one.prompts = {prompt};
            one.seed = seed;
        }
    }
    return batch;
}

Batch gridBatch(const GenerationRequest& request, const GridAxis& columns, const GridAxis& rows) {
    if (columns.setting == rows.setting)
        throw Error(tr("Both go over the same setting: choose two different ones.").toStdString());
    for (const auto& [axis, other] : {std::pair(&columns, &rows), std::pair(&rows, &columns)}) {
        if (axis->setting == AxisSetting::Budget && !evictsSomewhere(request, *other))
            throw Error(tr("The full cache has no budget: choose another policy in the form, or go over "
                           "policies, too.")
                            .toStdString());
    }
    Batch batch;
    PictureSheet sheet;
    sheet.columnAxis = axisName(columns.setting);
    sheet.rowAxis = axisName(rows.setting);
    sheet.columns = labels(columns);
    sheet.rows = labels(rows);
    const bool overPrompts = columns.setting == AxisSetting::Prompt || rows.setting == AxisSetting::Prompt;
    const QString what =
        overPrompts || request.prompts.empty() ? QString() : QString::fromStdString(request.prompts.front());
    sheet.title = what.isEmpty() ? tr("%1 × %2").arg(sheet.columnAxis, sheet.rowAxis)
                                 : tr("%1: %2 × %3").arg(what, sheet.columnAxis, sheet.rowAxis);
    // Another policy brings its own budget, so a budget comes after it.
    const bool rowsFirst = rows.setting == AxisSetting::Policy;
    for (const AxisValue& row : rows.values) {
        for (const AxisValue& column : columns.values) {
            GenerationRequest& one = batch.requests.emplace_back(request);
            (rowsFirst ? row : column).apply(one);
            (rowsFirst ? column : row).apply(one);
            if (!one.policy.evicts())
                one.policy.budget = {}; // it is not read: the same picture
        }
    }
    sheet.requests = batch.requests;
    sheet.findTwins();
    batch.sheet = std::move(sheet);
    return batch;
}

} // namespace scalekv::ui
