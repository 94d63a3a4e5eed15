using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox;
using WhatsAI.Core.Inbox.Macros;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;

namespace WhatsAI.Infrastructure.Demo;

/// <summary>What a distributor's people do again and again, in one.</summary>
internal static class DemoMacros
{
    public static IEnumerable<Macro> Make(TenantId tenant, DateTimeOffset now)
    {
        return
        [
            Of(
                "Encerrar com agradecimento",
                "Atendimento",
                new SendStep("Obrigado pelo contato, {{contact.first_name|até a próxima}}! Qualquer coisa é só chamar. 👋"),
                new StatusStep(ConversationStatus.Resolved)
            ),
            Of(
                "Aguardar comprovante",
                "Financeiro",
                new SendStep("Combinado, {{contact.first_name|obrigado}}! Assim que pagar, mande o comprovante por aqui."),
                new NoteStep("Espera o comprovante do Pix."),
                new SnoozeStep(MacroSnooze.Tomorrow)
            ),
            Of("Assumir como urgente", null, new TakeStep(), new PriorityStep(ConversationPriority.Urgent)),
        ];

        Macro Of(string name, string? folder, params MacroStep[] steps) =>
            new(Id.New<MacroId>(now), tenant, CannedPlace.Tenant, name, folder, steps, now);
    }
}
