#include "engine/pipeline/warm_up.h"

#include "engine/pipeline/prepare.h"
#include "engine/pipeline/scale_loop.h"

namespace scalekv {

void warmUp(const LoadedModel& model, std::stop_token stop) {
    const at::Device device = model.transformer.device();
    if (device.is_cpu())
        return;
    GenerationRequest request;
    request.prompts = {""};
    request.size = "0.06M";
    const PreparedRequest prepared = prepareRequest(request, termsOf(model));
    ScaleWatcher nobody;
    const LoopReport run = runScales(model.transformer, prepared.settings,
                                     encodeText(model, request, prepared.plan.guided, stop), nobody, stop);
    model.vae.decode(run.codes, stop);
    waitFor(device);
}

} // namespace scalekv
