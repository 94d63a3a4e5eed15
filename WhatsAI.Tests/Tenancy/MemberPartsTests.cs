using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
using WhatsAI.Core.Common;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Instances;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Tenancy;

namespace WhatsAI.Tests.Tenancy;

/// <summary>The parts of the members page that decide something.</summary>
public sealed class MemberPartsTests() : ComponentContext("pt-BR")
{
    private static readonly DateTimeOffset _now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly NumberName _sales = new(Id.New<InstanceId>(_now), "Vendas", null, InstanceState.Open);
    private static readonly NumberName _help = new(Id.New<InstanceId>(_now), "Suporte", null, InstanceState.Open);

    [Theory]
    [InlineData(false, false, new string[0])]
    [InlineData(true, true, new[] { "Papel e números…" })]
    [InlineData(true, false, new[] { "Papel e números…", "Encerrar sessões", "Desativar", "Remover" })]
    public void Member_offers_what_may_be_done_with_him(bool mayChange, bool isMe, string[] offered) =>
        Item(mayChange, Row(isMe)).FindAll("[role=menuitem]").Select(i => i.QuerySelector(".grow")!.TextContent).ShouldBe(offered);

    [Fact]
    public void Disabled_member_is_shown_so_and_may_be_let_in_again()
    {
        var item = Item(mayChange: true, Row(disabled: true));

        item.Find(".pill").TextContent.ShouldContain("Desativado");
        item.FindAll("[role=menuitem]").ShouldContain(i => i.TextContent.Contains("Reativar", StringComparison.Ordinal));
    }

    [Fact]
    public void Numbers_are_counted_that_still_are_and_named_when_asked()
    {
        var item = Item(mayChange: false, Row(numbers: [_sales.Id, Id.New<InstanceId>(_now)]));

        var cell = item.FindAll("td").Single(t => t.HasAttribute("title"));
        (cell.TextContent.Trim(), cell.GetAttribute("title")).ShouldBe(("1 número", "Vendas"));
    }

    [Theory]
    [InlineData(Role.Owner, 4)]
    [InlineData(Role.Admin, 3)]
    [InlineData(Role.Agent, 1)]
    public void Roles_are_offered_up_to_ones_own(Role highest, int offered) =>
        Render<RoleChoice>(p => p.Add(c => c.Id, "role").Add(c => c.Highest, highest).Add(c => c.Value, Role.Agent))
            .FindAll("option")
            .Count.ShouldBe(offered);

    [Fact]
    public void Numbers_are_chosen_one_by_one_or_all()
    {
        IReadOnlyList<InstanceId>? chosen = null;
        var choice = Render<NumberChoice>(p =>
            p.Add(c => c.Names, [_help, _sales]).Add(c => c.Chosen, chosen).Add(c => c.ChosenChanged, c => chosen = c)
        );

        choice.FindAll("[type=checkbox]").ShouldBeEmpty();
        choice.FindAll("[type=radio]")[1].Change(true);
        chosen.ShouldNotBeNull().ShouldBeEmpty();
        choice.FindAll("[role=status]").ShouldBeEmpty();
        choice.Render(p => p.Add(c => c.Chosen, chosen));
        choice.Find("[role=status]").TextContent.ShouldContain("Sem nenhum número");
        choice.FindAll("[type=checkbox]")[1].Change(true);
        chosen.ShouldBe([_sales.Id]);
        choice.Render(p => p.Add(c => c.Chosen, chosen));
        choice.FindAll("[type=checkbox]")[1].Change(false);
        chosen.ShouldBeEmpty();
        choice.FindAll("[type=radio]")[0].Change(true);
        chosen.ShouldBeNull();
    }

    [Theory]
    [InlineData("role-changed", new[] { "Agent", "Manager" }, "Ana mudou o papel de Bia: Atendente → Gestor")]
    [InlineData("sees-some", new[] { "2" }, "Ana escolheu os números de Bia: 2")]
    [InlineData("sees-all", new string[0], "Ana liberou todos os números para Bia")]
    [InlineData("disabled", new string[0], "Ana desativou Bia")]
    [InlineData("enabled", new string[0], "Ana reativou Bia")]
    [InlineData("removed", new string[0], "Ana removeu Bia")]
    [InlineData("sessions-ended", new string[0], "Ana encerrou as sessões de Bia")]
    [InlineData("invited", new[] { "Admin" }, "Ana convidou: Bia (Administrador)")]
    [InlineData("invitation-revoked", new[] { "Admin" }, "Ana cancelou um convite: Bia (Administrador)")]
    [InlineData("invitation-restored", new[] { "Admin" }, "Ana reabriu um convite: Bia (Administrador)")]
    [InlineData("joined", new[] { "Owner" }, "Ana entrou como Dono")]
    [InlineData("of-a-newer-version", new string[0], "Ana: of-a-newer-version · Bia")]
    public void Log_says_who_did_what_in_words(string what, string[] details, string line) =>
        MemberWords
            .LineOf(new MemberLogRow(1, _now, "Ana", "Bia", what, details), Services.GetRequiredService<IStringLocalizer<TenancyText>>())
            .ShouldBe(line);

    private IRenderedComponent<MemberItem> Item(bool mayChange, MemberRow row) =>
        Render<MemberItem>(p => p.Add(i => i.Row, row).Add(i => i.Names, [_help, _sales]).Add(i => i.MayChange, mayChange));

    private static MemberRow Row(bool isMe = false, bool disabled = false, IReadOnlyList<InstanceId>? numbers = null) =>
        new(Id.New<UserId>(_now), "Bia Souza", "bia@aurora.example", Role.Agent, numbers, _now, disabled ? _now : null, isMe);
}
