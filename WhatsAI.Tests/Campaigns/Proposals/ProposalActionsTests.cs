using System.Text.Json;
using WhatsAI.Core.Campaigns.Proposals;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Campaigns.Proposals;
using WhatsAI.Tests.Contacts;

namespace WhatsAI.Tests.Campaigns.Proposals;

/// <summary>Both providers' own clients against a stub of their HTTP.</summary>
public sealed class ProposalActionsTests : IAsyncLifetime
{
    private const string Text = "Oi, {{contact.first_name|tudo bem}}! Quer repor? Responda SAIR para não receber mais.";
    private const string Good = "{{contact.first_name|tudo bem}}, vamos repor? Para não receber mais, responda SAIR.";
    private ProviderStub _stub = null!;
    private ContactWorld _world = null!;

    public static TheoryData<AiProvider> Providers => [.. Enum.GetValues<AiProvider>()];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _stub = await ProviderStub.StartAsync();
        _world = await ContactWorld.CreateAsync(_stub.Settings());
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        await _stub.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Wordings_are_proposed_and_the_provider_learns_nothing_of_any_contact(AiProvider provider)
    {
        await _world.ContactAsync("+5511977770001", "Marina Segredo");
        await SaveAsync(provider);
        Says(Good, "Oi, {{contact.cpf}}!");

        var judged = await ProposeAsync();

        judged.Kept.ShouldBe([Good]);
        judged.Dropped.ShouldHaveSingleItem().Key.ShouldBe("proposal-bad.variable-invented");
        var call = _stub.Calls.ShouldHaveSingleItem();
        call.Path.ShouldBe(provider == AiProvider.OpenAi ? "/v1/chat/completions" : "/v1/messages");
        call.Authorization.ShouldBe(ProviderStub.Key);
        var said = call.Body.GetRawText();
        call.Body.GetProperty("model").GetString().ShouldBe("modelo-1");
        said.ShouldContain("contact.first_name|tudo bem");
        said.ShouldContain("mais curto");
        said.ShouldNotContain("Marina");
        said.ShouldNotContain("5511977770001");
    }

    [Theory]
    [InlineData(AiProvider.OpenAi, 401, "proposal.key-refused")]
    [InlineData(AiProvider.Anthropic, 401, "proposal.key-refused")]
    [InlineData(AiProvider.OpenAi, 404, "proposal.model-unknown")]
    [InlineData(AiProvider.Anthropic, 404, "proposal.model-unknown")]
    [InlineData(AiProvider.OpenAi, 429, "proposal.rate-limited")]
    [InlineData(AiProvider.Anthropic, 429, "proposal.rate-limited")]
    [InlineData(AiProvider.OpenAi, 500, "proposal.failed")]
    [InlineData(AiProvider.Anthropic, 529, "proposal.failed")]
    [InlineData(AiProvider.OpenAi, 302, "proposal.failed")]
    [InlineData(AiProvider.Anthropic, 302, "proposal.failed")]
    public async Task Refusal_is_a_sentence_and_is_not_asked_again(AiProvider provider, int status, string key)
    {
        await SaveAsync(provider);
        _stub.Status = status;

        (await RefusedAsync()).ShouldBe(key);
        _stub.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(AiProvider.OpenAi, "Claro! Aqui estão as variantes.")]
    [InlineData(AiProvider.Anthropic, "")]
    [InlineData(AiProvider.OpenAi, """{"variants": [1, 2]}""")]
    [InlineData(AiProvider.Anthropic, """{"variants": {"a": "b"}}""")]
    [InlineData(AiProvider.OpenAi, """{"variants": []}""")]
    public async Task Answer_without_wordings_is_said_to_be_one(AiProvider provider, string answer)
    {
        await SaveAsync(provider);
        _stub.Says = answer;

        (await RefusedAsync()).ShouldBe("proposal.nonsense");
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Answer_without_an_end_is_not_read_to_it(AiProvider provider)
    {
        await SaveAsync(provider);
        Says(Good, new string('x', 2 * 1024 * 1024));

        (await RefusedAsync()).ShouldBe("proposal.nonsense");
    }

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task Silence_and_a_closed_door_end(AiProvider provider)
    {
        await using var hasty = await ContactWorld.CreateAsync(_stub.Settings(seconds: 1));
        await SaveAsync(provider, hasty);
        _stub.Says = null;
        (await RefusedAsync(hasty)).ShouldBe("proposal.timed-out");

        await using var closed = await ContactWorld.CreateAsync(
            ("Ai:OpenAiAddress", "http://127.0.0.1:1/v1"),
            ("Ai:AnthropicAddress", "http://127.0.0.1:1")
        );
        await SaveAsync(provider, closed);
        (await RefusedAsync(closed)).ShouldBe("proposal.unreachable");

        await using var guarded = await ContactWorld.CreateAsync([.. _stub.Settings(), ("Outgoing:AllowPrivateGateways", "false")]);
        await SaveAsync(provider, guarded);
        (await RefusedAsync(guarded)).ShouldBe("proposal.address-refused");
        _stub.Calls.Count.ShouldBe(1, "the guard lets nothing out");
    }

    [Fact]
    public async Task Fence_around_the_answer_is_no_nonsense_and_no_more_is_taken_than_was_asked()
    {
        await SaveAsync(AiProvider.Anthropic);
        _stub.Says =
            "```json\n" + JsonSerializer.Serialize(new { variants = Enumerable.Range(0, 30).Select(i => $"{Good} {i}\0\ud800") }) + "\n```";

        var judged = await ProposeAsync();

        judged.Kept.Count.ShouldBe(ProposalPrompt.Most);
        judged.Kept.ShouldAllBe(t => !t.Contains('\0') && !t.Any(char.IsSurrogate));
    }

    [Fact]
    public async Task Without_a_key_nobody_is_asked_and_a_key_never_goes_to_another_provider()
    {
        (await RefusedAsync()).ShouldBe("proposal.off");
        (await _world.RefusedAsync<AiSettingsActions>(a => a.SaveAsync(new(AiProvider.OpenAi, "m", null, 0), Ct), Role.Admin)).ShouldBe(
            "ai.key-missing"
        );
        await SaveAsync(AiProvider.OpenAi);
        var kept = (await ViewAsync()).ShouldNotBeNull();
        (
            await _world.RefusedAsync<AiSettingsActions>(
                a => a.SaveAsync(new(AiProvider.Anthropic, "m", " ", kept.Version), Ct),
                Role.Admin
            )
        ).ShouldBe("ai.key-missing");
        await _world.DoAsync<AiSettingsActions>(a => a.SaveAsync(new(AiProvider.OpenAi, "m2", null, kept.Version), Ct), Role.Admin);
        (
            await _world.RefusedAsync<AiSettingsActions>(a => a.SaveAsync(new(AiProvider.OpenAi, "m3", null, kept.Version), Ct), Role.Admin)
        ).ShouldBe("ai.changed-meanwhile");
        ((await ViewAsync())!.Model, (await ViewAsync())!.KeyIsReadable).ShouldBe(("m2", true));
        await _world.DoAsync<AiSettingsActions>(a => a.RemoveAsync(Ct), Role.Admin);

        (await ViewAsync()).ShouldBeNull();
        (await RefusedAsync()).ShouldBe("proposal.off");
        _stub.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Key_is_kept_encrypted_and_shown_to_nobody()
    {
        await SaveAsync(AiProvider.OpenAi);

        ((string)(await _world.OneAsync("SELECT row_to_json(s)::text FROM ai_settings s WHERE tenant_id = $1"))!).ShouldNotContain(
            ProviderStub.Key
        );
        JsonSerializer.Serialize(await ViewAsync()).ShouldNotContain(ProviderStub.Key);
        (await _world.RefusedAsync<AiSettingsQueries>(q => q.ReadAsync(Ct), Role.Manager)).ShouldBe("permission.missing");
        (await _world.RefusedAsync<AiSettingsActions>(a => a.SaveAsync(new(AiProvider.OpenAi, "m", "k", 0), Ct), Role.Manager)).ShouldBe(
            "permission.missing"
        );
        (await _world.RefusedAsync<ProposalActions>(a => a.ProposeAsync(Form(), Ct), Role.Agent)).ShouldBe("permission.missing");
    }

    [Fact]
    public async Task One_member_cannot_spend_the_companys_credit_at_will()
    {
        await using var few = await ContactWorld.CreateAsync([.. _stub.Settings(), ("Limits:ProposalsPerMinute", "2")]);
        await SaveAsync(AiProvider.OpenAi, few);
        Says(Good);
        await ProposeAsync(few);
        await ProposeAsync(few);

        (await RefusedAsync(few)).ShouldBe("limit.proposals");
        _stub.Calls.Count.ShouldBe(2);
    }

    private void Says(params string[] variants) => _stub.Says = JsonSerializer.Serialize(new { variants });

    private static ProposalForm Form() => new(Text, [Text], HasFile: false, Count: 3, Wish: "mais curto");

    private Task SaveAsync(AiProvider provider, ContactWorld? world = null) =>
        (world ?? _world).DoAsync<AiSettingsActions>(a => a.SaveAsync(new(provider, "modelo-1", ProviderStub.Key, 0), Ct), Role.Admin);

    private Task<JudgedWordings> ProposeAsync(ContactWorld? world = null) =>
        (world ?? _world).DoAsync<ProposalActions, JudgedWordings>(a => a.ProposeAsync(Form(), Ct));

    private Task<string> RefusedAsync(ContactWorld? world = null) =>
        (world ?? _world).RefusedAsync<ProposalActions>(a => a.ProposeAsync(Form(), Ct));

    private Task<AiSettingsView?> ViewAsync() => _world.DoAsync<AiSettingsQueries, AiSettingsView?>(q => q.ReadAsync(Ct), Role.Admin);
}
