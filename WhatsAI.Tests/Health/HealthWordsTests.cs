using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Infrastructure.Health;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Common;
using WhatsAI.Web.Health;

namespace WhatsAI.Tests.Health;

public sealed class HealthWordsTests() : ComponentContext("pt-BR")
{
    [Theory]
    [InlineData("unreadable", Tone.Warn, "Ilegível")]
    [InlineData("unknown", Tone.Warn, "Desconhecido")]
    [InlineData("refused", Tone.Warn, "Recusado")]
    [InlineData("failed", Tone.Critical, "Falhou")]
    [InlineData("of-a-newer-version", Tone.Critical, "Falhou")]
    public void Problem_of_an_event_is_said_in_words(string problem, Tone tone, string word)
    {
        var now = DateTimeOffset.UnixEpoch;
        var look = HealthEvents.LookOf(new ProblemRow(1, Id.New<InstanceId>(now), "Vendas", now, "messages.upsert", problem));

        (look.Tone, Services.GetRequiredService<IStringLocalizer<HealthText>>()[look.Key].Value).ShouldBe((tone, word));
    }
}
