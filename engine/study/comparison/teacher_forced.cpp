#include "scalekv/teacher_forced.h"

#include "engine/pipeline/picture_run.h"
#include "engine/pipeline/plain_errors.h"
#include "engine/study/comparison/run_sequence.h"
#include "scalekv/error.h"

namespace scalekv {

std::vector<TeacherForcedFigures> measureTeacherForced(const Model& model,
                                                       const TeacherForcedQuestion& question,
                                                       TeacherForcedObserver& observer,
                                                       std::stop_token stop) {
    if (question.byLayer && question.reference.policy.evicts())
        throw Error("What a layer's evictions do by themselves is told against the full cache, not against " +
                    question.reference.policy.text() + ".");
    return withPlainErrors([&] {
        const LoadedModel& loaded = model.loaded();
        const PreparedRequest reference = prepareRequest(question.reference, termsOf(loaded));
        std::vector<PreparedRequest> choices;
        std::vector<RunWork> works{expectedWork(reference, loaded, WorkTerms::Decoded::Nothing)};
        for (const PolicyChoice& choice : question.choices) {
            GenerationRequest request = question.reference;
            request.policy = choice;
            choices.push_back(prepareRequest(request, termsOf(loaded)));
            addForcedWork(works, choices.back(), loaded, question.byLayer);
        }
        RunSequence runs(
            loaded, std::move(works),
            [&](const ComparisonProgress& progress) { observer.progressed(progress); }, stop);

        runs.begin(question.reference.policy, "again");
        const std::vector<at::Tensor> text = runs.encode(reference);
        const FullRun full = runAgain(runs.setup(reference, text), question.bits);
        std::vector<TeacherForcedFigures> measured;
        for (const PreparedRequest& choice : choices) {
            measured.push_back(measure(runs, choice, text, full, question.byLayer));
            observer.measured(int(measured.size()) - 1, measured.back());
        }
        return measured;
    });
}

} // namespace scalekv
