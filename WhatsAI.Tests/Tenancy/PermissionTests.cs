using System.Reflection;
using Microsoft.AspNetCore.Components;
using WhatsAI.Core.Common;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Web.Layout;

namespace WhatsAI.Tests.Tenancy;

public sealed class PermissionTests
{
    private static readonly DateTimeOffset _now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(Role.Owner, Permission.MembersManage, true)]
    [InlineData(Role.Owner, Permission.ConversationsReply, true)]
    [InlineData(Role.Admin, Permission.TenantManage, true)]
    [InlineData(Role.Admin, Permission.GatewaysManage, true)]
    [InlineData(Role.Manager, Permission.NumbersManage, true)]
    [InlineData(Role.Manager, Permission.ConversationsResendUnconfirmed, true)]
    [InlineData(Role.Manager, Permission.CannedManage, true)]
    [InlineData(Role.Agent, Permission.CannedManage, false)]
    [InlineData(Role.Manager, Permission.LabelsManage, true)]
    [InlineData(Role.Agent, Permission.LabelsManage, false)]
    [InlineData(Role.Manager, Permission.ViewsManage, true)]
    [InlineData(Role.Agent, Permission.ViewsManage, false)]
    [InlineData(Role.Agent, Permission.ConversationsLabel, true)]
    [InlineData(Role.Manager, Permission.ReportsRead, true)]
    [InlineData(Role.Agent, Permission.ReportsRead, false)]
    [InlineData(Role.Manager, Permission.CsatManage, true)]
    [InlineData(Role.Agent, Permission.CsatManage, false)]
    [InlineData(Role.Manager, Permission.SlaManage, true)]
    [InlineData(Role.Agent, Permission.SlaManage, false)]
    [InlineData(Role.Manager, Permission.ContactsManage, true)]
    [InlineData(Role.Manager, Permission.ContactsTransfer, true)]
    [InlineData(Role.Manager, Permission.ContactsErase, false)]
    [InlineData(Role.Admin, Permission.ContactsErase, true)]
    [InlineData(Role.Manager, Permission.CampaignsWrite, true)]
    [InlineData(Role.Manager, Permission.CampaignsSend, false)]
    [InlineData(Role.Admin, Permission.CampaignsSend, true)]
    [InlineData(Role.Owner, Permission.CampaignsSend, true)]
    [InlineData(Role.Agent, Permission.CampaignsRead, false)]
    [InlineData(Role.Agent, Permission.ContactsRead, false)]
    [InlineData(Role.Agent, Permission.ContactsManage, false)]
    [InlineData(Role.Manager, Permission.TenantManage, false)]
    [InlineData(Role.Manager, Permission.GatewaysManage, false)]
    [InlineData(Role.Agent, Permission.ConversationsReply, true)]
    [InlineData(Role.Agent, Permission.ContactsBlock, true)]
    [InlineData(Role.Agent, Permission.NumbersRead, true)]
    [InlineData(Role.Agent, Permission.NumbersManage, false)]
    [InlineData(Role.Agent, Permission.ConversationsResendUnconfirmed, false)]
    [InlineData(Role.Agent, Permission.TenantManage, false)]
    public void Role_allows_what_it_is_for(Role role, Permission permission, bool allowed)
    {
        var member = new CurrentMember(new CurrentTenant());
        member.Enter(Id.New<TenantId>(_now), Id.New<UserId>(_now), role, "Bruno");

        member.Allows(permission).ShouldBe(allowed);
        var demand = () => member.Demand(permission);
        if (allowed)
        {
            demand.ShouldNotThrow();
        }
        else
        {
            demand.ShouldThrow<RuleException>().Key.ShouldBe("permission.missing");
        }
    }

    [Fact]
    public void Roles_trust_in_the_order_of_their_names()
    {
        foreach (var (higher, lower) in Enum.GetValues<Role>().Zip(Enum.GetValues<Role>().Skip(1)))
        {
            RolePermissions.Of(lower).Except(RolePermissions.Of(higher)).ShouldBeEmpty($"{higher} lacks what {lower} has");
        }
    }

    [Fact]
    public void Nobody_is_allowed_nothing()
    {
        var member = new CurrentMember(new CurrentTenant());

        foreach (var permission in Enum.GetValues<Permission>())
        {
            member.Allows(permission).ShouldBeFalse();
        }
    }

    [Fact]
    public void Console_page_names_its_tenant_and_its_permission()
    {
        var pages = typeof(TenantGate).Assembly.GetTypes().Where(t => t.GetCustomAttributes<RouteAttribute>().Any()).ToList();
        var open = pages.Where(p => p.Namespace == "WhatsAI.Web.Account" || p == typeof(NotFoundPage)).ToList();

        pages.Count.ShouldBeGreaterThan(open.Count);
        foreach (var page in pages.Except(open))
        {
            page.GetCustomAttribute<RequiresPermissionAttribute>().ShouldNotBeNull(page.Name);
            page.GetCustomAttributes<RouteAttribute>()
                .ShouldAllBe(r => r.Template.StartsWith("/t/{slug}/", StringComparison.OrdinalIgnoreCase), page.Name);
        }
    }
}
