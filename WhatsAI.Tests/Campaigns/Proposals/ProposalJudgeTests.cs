using WhatsAI.Core.Campaigns.Proposals;
using WhatsAI.Core.Messaging;
using WhatsAI.Tests.Campaigns.Templates;

namespace WhatsAI.Tests.Campaigns.Proposals;

public sealed class ProposalJudgeTests
{
    private const string Text = "Oi {{contact.first_name|cliente}}, use {{campaign.cupom}} em loja.com.br";

    [Theory]
    [InlineData("{{contact.first_name|amigo}}, seu cupom: {{campaign.cupom}}. loja.com.br", null, null)]
    [InlineData("Olá {{contact.first_name|x}}: {{campaign.cupom}}", null, null)]
    [InlineData("Oi! Use {{campaign.cupom}}", "proposal-bad.variable-lost", "contact.first_name")]
    [InlineData("Oi {{contact.first_name}}, {{campaign.cupom}}", "proposal-bad.fallback-lost", "contact.first_name")]
    [InlineData("{{contact.first_name|x}} {{campaign.cupom}} {{field.cidade}}", "proposal-bad.variable-invented", "field.cidade")]
    [InlineData("{{contact.first_name|x}} {{campaign.cupom}} {{contact.cpf}}", "proposal-bad.variable-invented", "contact.cpf")]
    [InlineData("{{contact.first_name|x}} {{campaign.cupom", "proposal-bad.text", null)]
    [InlineData(
        "{{contact.first_name|x}} {{campaign.cupom}} https://golpe.example/x.",
        "proposal-bad.link-invented",
        "https://golpe.example/x"
    )]
    [InlineData("{{contact.first_name|x}} {{campaign.cupom}} em golpe-loja.com/a", "proposal-bad.link-invented", "golpe-loja.com/a")]
    [InlineData(" OI {{contact.first_name|cliente}}, use {{campaign.cupom}} em LOJA.com.br", "proposal-bad.alike", null)]
    public void Proposal_says_the_same_to_the_same_people_or_is_left_out(string proposal, string? key, string? value)
    {
        var judged = ProposalJudge.Judge(Text, [], [proposal, " "], TemplateTextTests.Catalog, hasMedia: false);

        (judged.Dropped.SingleOrDefault()?.Key, judged.Dropped.SingleOrDefault()?.Value).ShouldBe((key, value));
        judged.Kept.Count.ShouldBe(key is null ? 1 : 0);
    }

    [Fact]
    public void Two_alike_are_one_and_what_is_too_long_for_a_caption_is_none()
    {
        var longer = "{{contact.first_name|x}} {{campaign.cupom}} " + new string('x', MessageLimits.Caption - 200);

        ProposalJudge
            .Judge(
                Text,
                ["Olá {{contact.first_name|x}}: {{campaign.cupom}}"],
                ["olá {{contact.first_name|x}}: {{campaign.cupom}}", longer, longer],
                TemplateTextTests.Catalog,
                hasMedia: true
            )
            .Dropped.Select(d => d.Key)
            .ShouldBe(["proposal-bad.alike", "proposal-bad.text", "proposal-bad.text"]);
    }
}
